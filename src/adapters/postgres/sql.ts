/** What may stand in a statement; lists become `text[]`, nested values go through `json`. */
export type SqlValue = string | number | boolean | Date | null | readonly string[];

/** A statement with its values apart from its text: a value can never become SQL. */
export class Sql {
  readonly parts: readonly string[];
  readonly values: readonly SqlValue[];

  constructor(parts: readonly string[], values: readonly SqlValue[]) {
    this.parts = parts;
    this.values = values;
  }

  get text(): string {
    return this.parts.reduce((text, part, index) => `${text}$${index}${part}`);
  }
}

/** Values and other pieces of SQL may stand in it: sql`select * from aas.runs where id = ${id}`. */
export function sql(strings: TemplateStringsArray, ...inserts: readonly (SqlValue | Sql)[]): Sql {
  const parts: string[] = [strings[0] ?? ""];
  const values: SqlValue[] = [];
  for (const [index, insert] of inserts.entries()) {
    const piece = insert instanceof Sql ? insert : new Sql(["", ""], [withoutZero(insert)]);
    const [first = "", ...rest] = piece.parts;
    parts.push(`${parts.pop() ?? ""}${first}`, ...rest);
    parts.push(`${parts.pop() ?? ""}${strings[index + 1] ?? ""}`);
    values.push(...piece.values);
  }
  return new Sql(parts, values);
}

export type Columns = Readonly<Record<string, SqlValue>>;

/** `(a, b) values ($1, $2)`. The names are ours, never a user's. */
export function rowOf(columns: Columns): Sql {
  const names = new Sql([Object.keys(columns).join(", ")], []);
  return sql`(${names}) values (${join(Object.values(columns).map((value) => sql`${value}`))})`;
}

/** `a = $1, b = $2`. */
export function changeOf(columns: Columns): Sql {
  return join(Object.entries(columns).map(([name, value]) => sql`${new Sql([name], [])} = ${value}`));
}

function join(pieces: readonly Sql[]): Sql {
  return pieces.reduce((joined, piece) => sql`${joined}, ${piece}`);
}

/** For jsonb columns. What PostgreSQL cannot store in them (zero characters, halves of surrogate pairs) becomes U+FFFD. */
export function json(value: unknown): string {
  const text = JSON.stringify(value);
  // Texts of models are full of escapes, and hardly one of them is of these.
  if (!/\\u(?:0000|d)/u.test(text)) return text;
  return text.replaceAll(/\\(?:u[0-9a-f]{4}|.)/gu, (escape) =>
    escape === "\\u0000" || escape.startsWith("\\ud") ? "\ufffd" : escape,
  );
}

/** Output of tests and models may hold zero characters, which PostgreSQL's text cannot. */
function withoutZero(value: SqlValue): SqlValue {
  if (typeof value === "string") return value.replaceAll("\0", "\ufffd");
  return isList(value) ? value.map((each) => each.replaceAll("\0", "\ufffd")) : value;
}

function isList(value: SqlValue): value is readonly string[] {
  return Array.isArray(value);
}
