import type { CheckResult } from "../../domain/check.ts";
import type { Sha, ValidationId } from "../../domain/ids.ts";
import type { Validation } from "../../domain/validation.ts";
import type { ValidationStore } from "../../ports/validation-store.ts";
import { type Connection, findRow } from "./connection.ts";
import { type Row, RowReader } from "./rows/row-reader.ts";
import { json, rowOf, sql } from "./sql.ts";

export class PostgresValidationStore implements ValidationStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async insert(validation: Validation): Promise<void> {
    const row = rowOf({
      id: validation.id,
      tree: validation.tree,
      suite: validation.suite,
      base_tree: validation.baseTree,
      checks: json(validation.checks),
      regressions: validation.regressions,
      score: validation.score,
      verdict: validation.verdict,
      created_at: validation.createdAt,
    });
    await this.#connection.query(sql`insert into aas.validations ${row} on conflict (id) do nothing`);
  }

  async find(id: ValidationId): Promise<Validation | null> {
    const row = await findRow(this.#connection, sql`select * from aas.validations where id = ${id}`);
    return row === null ? null : toValidation(row);
  }

  /** Two workers may have validated the same tree at once: the first answer counts for everybody. */
  async findByTree(tree: Sha, suite: string, baseTree: Sha | null): Promise<Validation | null> {
    const row = await findRow(
      this.#connection,
      sql`select * from aas.validations
          where tree = ${tree} and suite = ${suite} and base_tree is not distinct from ${baseTree}
          order by created_at, id
          limit 1`,
    );
    return row === null ? null : toValidation(row);
  }
}

function toValidation(from: Row): Validation {
  const row = new RowReader("validations", from);
  return {
    id: row.text("id") as ValidationId,
    tree: row.text("tree") as Sha,
    suite: row.text("suite"),
    baseTree: row.textOrNull("base_tree") as Sha | null,
    checks: row.list("checks") as readonly CheckResult[],
    regressions: row.texts("regressions"),
    score: row.decimal("score"),
    verdict: row.oneOf("verdict", ["passed", "failed"]),
    createdAt: row.time("created_at"),
  };
}
