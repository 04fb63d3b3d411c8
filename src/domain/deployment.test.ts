import fc from "fast-check";
import { expect, test } from "vitest";
import { sampleSha } from "../testing/samples.ts";
import { applyDeploymentEvent, type DeploymentEvent, type DeploymentState } from "./deployment.ts";

const landedSha = sampleSha(5);
const revertSha = sampleSha(6);

const waiting: DeploymentState = { status: "waiting_approval" };
const deploying: DeploymentState = { status: "deploying" };
const completed: DeploymentState = { status: "completed", landedSha };
const failed: DeploymentState = { status: "failed", reason: "the push was refused" };
const rolledBack: DeploymentState = { status: "rolled_back", landedSha, revertSha };
const everyState = [waiting, deploying, completed, failed, rolledBack];

const approved: DeploymentEvent = { type: "approved" };
const voided: DeploymentEvent = { type: "approval_voided" };
const landed: DeploymentEvent = { type: "landed", sha: landedSha };
const refused: DeploymentEvent = { type: "failed", reason: "the push was refused" };
const reverted: DeploymentEvent = { type: "rolled_back", revertSha };
const everyEvent = [approved, voided, landed, refused, reverted];

/** A landing is read from the base branch, so it is true even where a note before it was lost. */
const moves: readonly (readonly [DeploymentState, DeploymentEvent, DeploymentState])[] = [
  [waiting, approved, deploying],
  [waiting, landed, completed],
  [waiting, refused, failed],
  [deploying, voided, waiting],
  [deploying, landed, completed],
  [deploying, refused, failed],
  [completed, reverted, rolledBack],
  [failed, landed, completed],
];

test.each(moves)("%j and %j make %j", (state, event, expected) => {
  expect(applyDeploymentEvent(state, event)).toEqual(expected);
});

test("every other event leaves that very state", () => {
  const pairs = everyState.flatMap((state) => everyEvent.map((event) => [state, event] as const));

  expect(pairs.filter(([state, event]) => applyDeploymentEvent(state, event) !== state)).toEqual(
    moves.map(([state, event]) => [state, event]),
  );
});

test("what was rolled back never changes, and what failed or landed becomes nothing but that commit", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(completed, failed, rolledBack),
      fc.array(fc.constantFrom(...everyEvent)),
      (state, events) => {
        const last = events.reduce(applyDeploymentEvent, state);

        expect([state, completed, rolledBack]).toContainEqual(last);
        expect(last.status === "completed" && state.status === "rolled_back").toBe(false);
      },
    ),
  );
});
