/** For every route that revokes sessions: where a revocation takes effect late (contract §3). */
export const WEBSOCKET_NOTE =
  'A client that is connected to Rocket.Chat by websocket stays connected until Rocket.Chat drops it: at once where its database watchers run (`DISABLE_DB_WATCHERS=false`), else when it connects again.';
