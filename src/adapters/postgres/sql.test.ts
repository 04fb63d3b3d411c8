import { expect, test } from "vitest";
import { changeOf, json, rowOf, sql } from "./sql.ts";

test("values stand apart from the text, numbered through nested pieces", () => {
  const where = sql`where id = ${"x'; drop table"} and n = ${2}`;
  const statement = sql`update t set ${changeOf({ a: 1, b: null })} ${where} limit ${3}`;

  expect(statement.text).toBe("update t set a = $1, b = $2 where id = $3 and n = $4 limit $5");
  expect(statement.values).toEqual([1, null, "x'; drop table", 2, 3]);
});

test("a row names its columns beside its values", () => {
  const statement = sql`insert into t ${rowOf({ a: 1, b: ["x"], c: "y" })} on conflict do nothing`;

  expect(statement.text).toBe("insert into t (a, b, c) values ($1, $2, $3) on conflict do nothing");
  expect(statement.values).toEqual([1, ["x"], "y"]);
});

test("a statement without values is its text", () => {
  expect(sql`commit`).toMatchObject({ text: "commit", values: [] });
});

test("what PostgreSQL cannot store is marked, and nothing else is touched", () => {
  expect(sql`${"a\0b"} ${["c\0"]}`.values).toEqual(["a\ufffdb", ["c\ufffd"]]);
  expect(json({ "k\0": "a\0 \ud800 😀 \\u0000 \\\0 \n" })).toBe(
    String.raw`{"k` +
      "\ufffd" +
      String.raw`":"a` +
      "\ufffd \ufffd 😀 " +
      String.raw`\\u0000 \\` +
      "\ufffd" +
      String.raw` \n"}`,
  );
});
