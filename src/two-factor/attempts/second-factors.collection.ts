export const SECOND_FACTORS_COLLECTION = 'ws_second_factors';
