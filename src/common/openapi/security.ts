export const USER_ID = 'userId';
export const AUTH_TOKEN = 'authToken';
export const TWO_FACTOR_CODE = 'twoFactorCode';
