/** How long things may take, and how late a provider may be. */
export interface Timing {
  /** One answer of a model that is asked directly. */
  readonly answerMs: number;
  readonly uploadMs: number;
  /** Every other call, the one that creates a batch among them. */
  readonly callMs: number;
  /** A download that brings nothing for so long has ended. */
  readonly idleMs: number;
  /** A list may be late by so much: before that nothing is proven by its silence. */
  readonly graceMs: number;
  /** Between two looks for the same thing. */
  readonly lookSpacingMs: number;
  /** A batch may be unknown for so long after it was created. */
  readonly lateMs: number;
  /** The provider's clock may be behind ours by so much. */
  readonly clockSkewMs: number;
}

const minute = 60_000;

export const usualTiming: Timing = {
  answerMs: 15 * minute,
  uploadMs: 10 * minute,
  callMs: minute,
  idleMs: minute,
  graceMs: 2 * minute,
  lookSpacingMs: 10_000,
  lateMs: 15 * minute,
  clockSkewMs: 2 * minute,
};
