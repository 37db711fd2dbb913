/** How long a secret may wait for its first code (docs/adr/0011). */
export const ENROLMENT_MS = 10 * 60 * 1000;
