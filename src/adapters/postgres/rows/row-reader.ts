import { AasError } from "../../../domain/errors.ts";
import type { Json } from "../../../domain/json.ts";

export type Row = Readonly<Record<string, unknown>>;

/**
 * Reads the columns of one row strictly: what this version does not know throws with table, row, column and value,
 * and is never taken for something else.
 */
export class RowReader {
  readonly #table: string;
  readonly #row: Row;
  readonly #keyColumn: string;

  constructor(table: string, row: Row, keyColumn = "id") {
    this.#table = table;
    this.#row = row;
    this.#keyColumn = keyColumn;
  }

  text(column: string): string {
    const value = this.#row[column];
    return typeof value === "string" ? value : this.#refuse(column);
  }

  textOrNull(column: string): string | null {
    return this.isNull(column) ? null : this.text(column);
  }

  oneOf<Text extends string>(column: string, known: readonly Text[]): Text {
    const value = this.#row[column];
    return known.find((each) => each === value) ?? this.#refuse(column);
  }

  /** bigint arrives as text, because it may be larger than a number can be. */
  integer(column: string): number {
    const value = this.#row[column];
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isSafeInteger(number) ? number : this.#refuse(column);
  }

  decimal(column: string): number {
    const value = this.#row[column];
    return typeof value === "number" ? value : this.#refuse(column);
  }

  flag(column: string): boolean {
    const value = this.#row[column];
    return typeof value === "boolean" ? value : this.#refuse(column);
  }

  time(column: string): Date {
    const value = this.#row[column];
    return value instanceof Date && !Number.isNaN(value.getTime()) ? value : this.#refuse(column);
  }

  timeOrNull(column: string): Date | null {
    return this.isNull(column) ? null : this.time(column);
  }

  texts(column: string): readonly string[] {
    const value = this.#row[column];
    return isTextList(value) ? value : this.#refuse(column);
  }

  /** A nested value, as it was written: only its outer form is looked at. */
  object(column: string): object {
    const value = this.#row[column];
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value : this.#refuse(column);
  }

  objectOrNull(column: string): object | null {
    return this.isNull(column) ? null : this.object(column);
  }

  list(column: string): readonly unknown[] {
    const value = this.#row[column];
    return Array.isArray(value) ? value : this.#refuse(column);
  }

  json(column: string): Json {
    const value = this.#row[column];
    return value === undefined ? this.#refuse(column) : (value as Json);
  }

  isNull(column: string): boolean {
    return this.#row[column] === null;
  }

  #refuse(column: string): never {
    const place = `aas.${this.#table} ${String(this.#row[this.#keyColumn])}`;
    const value = JSON.stringify(this.#row[column]) ?? "missing";
    throw new AasError("internal", `${place}: ${column} is ${value}, which this version cannot read.`, {
      cure: "Use the version of aas that wrote it, or a newer one.",
    });
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
