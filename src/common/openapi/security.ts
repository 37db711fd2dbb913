/** The names of the security schemes: what "Authorize" in Swagger UI asks for. */
export const USER_ID = 'userId';
export const AUTH_TOKEN = 'authToken';
export const TWO_FACTOR_CODE = 'twoFactorCode';
