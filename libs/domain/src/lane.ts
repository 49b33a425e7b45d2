/** Priority class of a message: `express` is stored, acked and goes ahead; `bulk` is aggregated and may be shed. */
export const LANES = ['express', 'bulk'] as const;
export type Lane = (typeof LANES)[number];
