import fc from "fast-check";
import { expect, test } from "vitest";
import { AasError } from "./errors.ts";
import { maxGoalCharacters, parseGoal } from "./goal.ts";

function refusalOf(text: string): { readonly code: string; readonly cure: string | null } | null {
  try {
    parseGoal(text);
    return null;
  } catch (error) {
    return error instanceof AasError
      ? { code: error.code, cure: error.cure }
      : { code: String(error), cure: null };
  }
}

test.each([
  ["English", "Add due dates to todos"],
  ["Arabic", "أضف تواريخ الاستحقاق إلى المهام"],
  ["Persian with joiners", "می‌خواهم تاریخ اضافه شود"],
  ["Hebrew", "הוסף תאריכי יעד למשימות"],
  ["Chinese", "为待办事项添加截止日期"],
  ["Japanese", "ToDoに期限を追加してください"],
  ["Korean", "할 일에 마감일을 추가하세요"],
  ["Hindi", "कार्यों में नियत तिथियाँ जोड़ें"],
  ["Thai", "เพิ่มวันครบกำหนดให้กับงาน"],
  ["Russian", "Добавь сроки к задачам"],
  ["Greek", "Πρόσθεσε προθεσμίες"],
  ["a family of emoji", "Support 👩‍👩‍👧‍👦 in names"],
  ["nothing but an emoji", "🚀"],
  ["one sign", "?"],
  ["characters beyond the first plane", "𝒳 and 𐍈"],
  ["lines and tabs", "Do:\n\t- one\r\n\t- two"],
  ["what looks like an option", "--help"],
  ["what looks like an attack", "'; DROP TABLE runs; -- $(rm -rf /) ${x} {{y}}"],
])("a goal in %s is taken as it is", (_name, text) => {
  expect(parseGoal(text)).toBe(text);
});

test("combining marks are composed, and the blanks around are dropped", () => {
  expect(parseGoal(" \n\u00a0Cafe\u0301 für alle\u3000\n")).toBe("Caf\u00e9 für alle");
});

test.each(["", "   ", "\n\t\r\n", "\ufeff", "\u200b\u200b", "\u2060\u00ad", "\u0301", "\u200d\u200d"])(
  "%j is no goal",
  (text) => {
    expect(refusalOf(text)).toEqual({ code: "goal_invalid", cure: 'aas automate "Add due dates to todos"' });
  },
);

test.each(["a\u0000b", "a\u001b[31mb", "a\u0007", "\u0085a\u0080b", "a\u007fb", "a\ud800b", "\udc00a"])(
  "%j contains what is no text",
  (text) => {
    expect(refusalOf(text)).toEqual({ code: "goal_invalid", cure: "Write it as plain text." });
  },
);

test("the longest goal is taken, one character more is not", () => {
  expect(parseGoal("x".repeat(maxGoalCharacters))).toHaveLength(maxGoalCharacters);
  expect(refusalOf("x".repeat(maxGoalCharacters + 1))).toEqual({
    code: "goal_invalid",
    cure: "Put the details into files of the repository and name them in the goal.",
  });
});

test("whatever is typed is taken or refused by name, and what was taken is taken again unchanged", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary-ascii" }),
  );
  const taken = new Set<boolean>();
  fc.assert(
    fc.property(anyText, (text) => {
      const refusal = refusalOf(text);
      const goal = refusal === null ? parseGoal(text) : "refused";
      taken.add(refusal === null);

      expect(refusal?.code ?? "goal_invalid").toBe("goal_invalid");
      expect(parseGoal(goal)).toBe(goal);
    }),
    { numRuns: 500 },
  );

  expect(taken.size).toBe(2);
});
