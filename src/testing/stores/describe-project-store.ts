import { describe, expect, test } from "vitest";
import { makeId } from "../../domain/ids.ts";
import type { Database } from "../../ports/database.ts";
import { insertFamily } from "./sample-family.ts";

export function describeProjectStore(database: () => Database): void {
  describe("projects", () => {
    test("a project that is inserted again stays as it was", async () => {
      const { projects } = database();
      const { project } = await insertFamily(database());

      await projects.insert({ ...project, name: "another" });

      expect(await projects.find(project.id)).toEqual(project);
      expect(await projects.find(makeId("prj", "nobody"))).toBeNull();
    });

    test("a note keeps the last value that was written, whatever kind it is", async () => {
      const { projects } = database();
      const { project } = await insertFamily(database());
      const values = [{ cursor: 7, seen: ["a", null] }, "text", 42, false, [1, 2]];

      for (const value of values) {
        await projects.writeNote(project.id, "board", value);
        expect(await projects.readNote(project.id, "board")).toEqual(value);
      }
      expect(await projects.readNote(project.id, "other")).toBeNull();
    });

    test("text that PostgreSQL cannot hold is kept with marks in its place", async () => {
      const { projects } = database();
      const { project } = await insertFamily(database());

      await projects.writeNote(project.id, "odd", { text: "zero \0, half \ud83d, whole 😀, slash \\u0000" });

      const kept = { text: "zero \ufffd, half \ufffd, whole 😀, slash \\u0000" };
      expect(await projects.readNote(project.id, "odd")).toEqual(kept);
    });
  });
}
