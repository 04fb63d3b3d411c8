import { appendFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toTaskKey } from "../../domain/ids.ts";
import type { BoardRow, EditableField } from "../../ports/board.ts";
import { boardRow, type BoardFolder, openBoardFolder } from "./board-folder.fixture.ts";

const numbers = [1, 2, 3] as const;

const oddText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom("|", "\\", "`", "<", "a", "→", "\n", "-", " ", "!", "*", "#"),
    maxLength: 20,
  }),
);

const anyRows = fc.tuple(
  ...numbers.map((number) =>
    fc.record({
      key: fc.constant(toTaskKey(`AAS-${number}`)),
      title: oddText,
      description: oddText,
      assignee: fc.option(oddText),
      note: fc.option(oddText),
      acceptance: fc.array(oddText, { maxLength: 3 }),
    }),
  ),
);

type Step =
  | { readonly kind: "truth"; readonly number: number; readonly patch: Partial<BoardRow> }
  | { readonly kind: "person"; readonly number: number; readonly from: string; readonly to: string }
  | { readonly kind: "prose" }
  | { readonly kind: "sync" };

const word = fc.constantFrom("One", "Two", "Three");
const anyNumber = fc.constantFrom(...numbers);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("truth" as const),
    number: anyNumber,
    patch: fc.oneof(
      fc.record({ title: word }),
      fc.constantFrom(
        { status: "Queued", isEditable: true } as const,
        { status: "In Progress", isEditable: false } as const,
        { status: "Done", isEditable: false, note: "Landed." } as const,
      ),
    ),
  }),
  fc.record({
    kind: fc.constant("person" as const),
    number: anyNumber,
    from: fc.constantFrom("One", "Two", "Three", "Queued", "Done", "High"),
    to: fc.constantFrom("One", "Two", "Three", "Done", "queued", "Low"),
  }),
  fc.constant({ kind: "prose" } as const),
  fc.constant({ kind: "sync" } as const),
);

/** A person changes one word in the row of one task. */
function editRow(folder: BoardFolder, { number, from, to }: Step & { kind: "person" }): void {
  const lines = folder.text().split("\n");
  const next = lines.map((line) =>
    line.startsWith(`| AAS-${number} |`) ? line.replace(`| ${from} |`, `| ${to} |`) : line,
  );
  writeFileSync(folder.file, next.join("\n"));
}

/** What importing does: a person's words for a waiting task become the database's. */
function takeOver(
  row: BoardRow,
  found: Readonly<Record<string, unknown>>,
  fields: readonly EditableField[],
): BoardRow {
  return { ...row, ...Object.fromEntries(fields.map((field) => [field, found[field]])) };
}

describe("whatever happens to a board", () => {
  test("what our tasks say never comes back as a person's edit", async () => {
    await fc.assert(
      fc.asyncProperty(anyRows, anyRows, async (before, after) => {
        using folder = openBoardFolder();
        for (const texts of [before, after]) {
          const rows = texts.map((each) => boardRow(each));
          expect((await folder.board.export(rows)).conflicts).toEqual([]);

          expect(await folder.board.import(rows)).toMatchObject({ edits: [], newRows: [], problems: [] });
          expect(await folder.board.export(rows)).toEqual({ changed: false, conflicts: [] });
        }
      }),
      { numRuns: 60 },
    );
  });

  test("after each export the board says what the database says, but for edits that wait; people's prose stays", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), async (steps) => {
        using folder = openBoardFolder();
        let rows = numbers.map((number) =>
          boardRow({ key: toTaskKey(`AAS-${number}`), title: "One", description: `About ${number}.` }),
        );
        let prose = 0;
        await folder.board.export(rows);
        for (const step of [...steps, { kind: "sync" } as const]) {
          if (step.kind === "truth") {
            rows = rows.map((row) => (row.key === `AAS-${step.number}` ? { ...row, ...step.patch } : row));
          } else if (step.kind === "person") {
            editRow(folder, step);
          } else if (step.kind === "prose") {
            prose += 1;
            appendFileSync(folder.file, `prose ${prose} | of Ada\n`);
          } else {
            const edits = (await folder.board.import(rows))?.edits ?? [];
            rows = rows.map((row) => {
              const edit = edits.find((each) => each.row.key === row.key);
              return edit === undefined ? row : takeOver(row, { ...edit.row }, edit.fields);
            });
            await folder.board.export(rows);
            expect(await folder.board.export(rows)).toEqual({ changed: false, conflicts: [] });
            expect(await folder.board.import(rows)).toMatchObject({ edits: [] });
          }
        }

        const table = folder
          .text()
          .split("\n")
          .filter((line) => line.startsWith("| AAS-"));
        expect(table.map((line) => line.toLowerCase())).toEqual(
          rows.map((row) =>
            `| ${row.key} | ${row.priority} | ${row.title} | - | ${row.status} | - | 2026-01-01 | 2026-01-01 |`.toLowerCase(),
          ),
        );
        expect(folder.text().match(/prose \d+ \| of Ada/gu) ?? []).toHaveLength(prose);
      }),
      { numRuns: 60 },
    );
  });
});
