import type { Planner, PlannerRefusal, PlanOutcome, PlanRequest } from "../../ports/planner.ts";
import type { PlannedTask, TaskPlan } from "../../domain/planning/task-plan.ts";
import { modelCure } from "../../domain/model-cure.ts";
import type { RepositoryFacts } from "../../ports/repository-facts.ts";
import type { Blueprint } from "./blueprint.ts";
import { toPluginName } from "./plugin-name.ts";
import { readGoal } from "./read-goal.ts";
import { renderBlueprint, type RenderedBlueprint } from "./render-blueprint.ts";

/** Plans without a model what a template pack can make, and refuses everything else with the cure. */
export class BlueprintPlanner implements Planner {
  readonly name = "blueprint";
  readonly #blueprints: readonly Blueprint[];

  constructor(blueprints: readonly Blueprint[]) {
    this.#blueprints = blueprints;
  }

  refusalOf(goal: string): PlannerRefusal | null {
    const wish = this.#readWish(goal);
    return wish.kind === "wish" ? null : wish.refusal;
  }

  async plan({ goal, facts }: PlanRequest): Promise<PlanOutcome> {
    const wish = this.#readWish(goal);
    if (wish.kind === "refused") return { kind: "not_served", ...wish.refusal };
    const blueprint = chooseBlueprint(wish, facts);
    const outcome = await renderBlueprint(blueprint, variablesOf(blueprint, wish));
    if (outcome.kind === "refused") {
      return { kind: "not_served", reason: outcome.problems.join(" "), cure: configureModel };
    }
    const taken = findTaken(outcome.rendered, facts);
    if (taken !== null) return { kind: "not_served", ...takenRefusal(wish.name, taken) };
    return { kind: "planned", plan: toPlan(blueprint, wish, outcome.rendered), repairs: [] };
  }

  #readWish(goal: string): WishReading {
    const reading = readGoal(goal, this.#blueprints);
    switch (reading.kind) {
      case "read": {
        const named = toPluginName(reading.name);
        return named.kind === "named"
          ? { ...reading, kind: "wish", name: named.name }
          : { kind: "refused", refusal: { reason: named.reason, cure: named.cure } };
      }
      case "nameless":
        return refuse(
          "The goal does not name the plugin.",
          'Name it: "Create a plugin named weather_station".',
        );
      case "foreign":
        return refuse(
          `No blueprint writes ${reading.language}; they write ${languagesOf(this.#blueprints)}.`,
          configureModel,
        );
      case "other":
        return refuse(`Without a model only goals like ${examples} are served.`, configureModel);
    }
  }
}

interface Wish {
  readonly kind: "wish";
  readonly blueprints: readonly Blueprint[];
  readonly name: string;
  readonly isLanguageGiven: boolean;
  readonly purpose: string | null;
}

type WishReading = Wish | { readonly kind: "refused"; readonly refusal: PlannerRefusal };

const examples = '"Create a hello world plugin" or "Add a TypeScript plugin named weather_station"';
const configureModel = `Other goals need a model. ${modelCure}`;

function refuse(reason: string, cure: string): WishReading {
  return { kind: "refused", refusal: { reason, cure } };
}

function languagesOf(blueprints: readonly Blueprint[]): string {
  return [...new Set(blueprints.map((blueprint) => blueprint.language.name))].join(" and ");
}

/** What the goal says; else what most of the repository is written in; else the usual one. */
function chooseBlueprint(wish: Wish, facts: RepositoryFacts): Blueprint {
  const [usual] = wish.blueprints;
  if (usual === undefined) throw new TypeError("A goal was read without a blueprint");
  if (wish.isLanguageGiven) return usual;
  const fitting = facts.languages.flatMap(({ name }) => wish.blueprints.filter(isAtHomeIn(name)));
  return fitting[0] ?? usual;
}

function isAtHomeIn(name: string): (blueprint: Blueprint) => boolean {
  return ({ language }) => language.name === name || language.alsoIn.includes(name);
}

function variablesOf(blueprint: Blueprint, wish: Wish): Readonly<Record<string, string>> {
  const purpose = wish.purpose === null ? "" : toPlainClause(wish.purpose);
  return {
    name: wish.name,
    ...(purpose !== "" && blueprint.variables.has("purpose") ? { purpose } : {}),
  };
}

const maxClause = 120;

/** Only letters, digits and harmless marks, so that a sentence cannot end the text in code that it is put into. */
function toPlainClause(purpose: string): string {
  const plain = purpose
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{M}\p{N} ,()-]/gu, " ")
    .replaceAll(/ +/gu, " ")
    .trim();
  return plain.length <= maxClause ? plain : plain.slice(0, maxClause).replace(/ \S*$/u, "");
}

/** What stands in the repository already where the blueprint would write something new. */
function findTaken(rendered: RenderedBlueprint, facts: RepositoryFacts): string | null {
  const folder = rendered.owns.find((owned) => facts.files.some((file) => file.startsWith(owned)));
  const isTaken = (path: string): boolean => facts.files.includes(path);
  const file = rendered.files.find(({ path, writes }) => writes === "new_file" && isTaken(path));
  return folder ?? file?.path ?? null;
}

function takenRefusal(name: string, taken: string): PlannerRefusal {
  return {
    reason: `The name ${name} is taken: ${taken} exists.`,
    cure: `Give it another name ("Create a plugin named ${name}_2"), or remove ${taken} first.`,
  };
}

function toPlan(blueprint: Blueprint, wish: Wish, rendered: RenderedBlueprint): TaskPlan {
  const others = rendered.files
    .map((file) => file.path)
    .filter((path) => !rendered.owns.some((folder) => path.startsWith(folder)));
  const task: PlannedTask = {
    id: "plugin",
    title: `Add the ${wish.name} plugin in ${blueprint.language.name}`,
    description: describe(blueprint, wish),
    priority: "medium",
    type: "feature",
    dependsOn: [],
    files: [...rendered.owns, ...others],
    acceptance: rendered.acceptance,
    builder: { kind: "blueprint", name: blueprint.name, variables: rendered.variables },
  };
  return { tasks: [task], sizeReason: "A blueprint makes its files in one task." };
}

/** Says plainly what a template cannot do, so that nobody takes the frame for the whole. */
function describe(blueprint: Blueprint, wish: Wish): string {
  const made = `${blueprint.description} Made from the blueprint ${blueprint.name} ${blueprint.version}.`;
  if (wish.purpose === null) return made;
  return `${made} What it is for ("${wish.purpose}") is written into its documentation; the behaviour itself is left to be written.`;
}
