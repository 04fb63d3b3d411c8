import type { BoardTexts } from "./board-texts.ts";

/** What shall stand in one row and its section. */
export interface RowText {
  readonly key: string;
  readonly texts: BoardTexts;
  readonly type: string;
  /** The title for the section's heading; null leaves it as it stands. */
  readonly heading: string | null;
}
