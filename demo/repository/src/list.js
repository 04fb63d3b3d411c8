/** What is not done, in the order it came in. */
export function listOpen(todos) {
  return todos.filter((todo) => !todo.done);
}

export function countOpen(todos) {
  return listOpen(todos).length;
}
