import assert from "node:assert/strict";
import test from "node:test";
import { countOpen, listOpen } from "../src/list.js";
import { complete, createTodo } from "../src/todo.js";

const milk = createTodo("buy milk");
const bread = complete(createTodo("buy bread"));

test("done todos are not listed", () => {
  assert.deepEqual(listOpen([milk, bread]), [milk]);
});

test("open todos are counted", () => {
  assert.equal(countOpen([milk, bread]), 1);
});
