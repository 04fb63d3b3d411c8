/** Where the value of a setting comes from. */
export type ConfigOrigin =
  | { readonly kind: "flag" }
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "project"; readonly file: string }
  | { readonly kind: "default" };

/** The settings that one source gives, checked, each by its path. */
export interface ConfigLayer {
  readonly values: ReadonlyMap<string, LayerValue>;
  readonly warnings: readonly string[];
}

export interface LayerValue {
  readonly value: unknown;
  readonly origin: ConfigOrigin;
}

export function renderOrigin(origin: ConfigOrigin): string {
  switch (origin.kind) {
    case "flag":
    case "default":
      return origin.kind;
    case "environment":
      return `environment ${origin.name}`;
    case "project":
      return `project ${origin.file}`;
  }
}
