/** A versioned template pack: files with holes, the variables that fill them, and the proof that the result works. */
export interface Blueprint {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly language: BlueprintLanguage;
  /** What its goals look like after the verb: `{name} plugin`. See `goal-pattern.ts`. */
  readonly goals: readonly string[];
  readonly variables: ReadonlyMap<string, BlueprintVariable>;
  /** Templates of folders that it creates; they must not exist yet. */
  readonly owns: readonly string[];
  readonly files: readonly BlueprintFile[];
  /** Templates of commands that prove the result. */
  readonly acceptance: readonly (readonly string[])[];
}

interface BlueprintLanguage {
  /** As in the facts of a repository: `Python`. */
  readonly name: string;
  /** As in a goal: `python`, `py`. */
  readonly words: readonly string[];
  /** Languages of repositories in which it is at home too. */
  readonly alsoIn: readonly string[];
}

export interface BlueprintVariable {
  readonly description: string;
  /** Null: it must be given. */
  readonly default: string | null;
  readonly pattern: RegExp;
}

export interface BlueprintFile {
  /** Template of the path. */
  readonly path: string;
  /** Source of the template. */
  readonly template: string;
  /** `first_in_folder`: only where its folder does not exist yet. */
  readonly writes: "new_file" | "first_in_folder";
}
