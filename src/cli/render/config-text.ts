import { type ConfigOrigin, renderOrigin } from "../../config/config-layer.ts";

export interface ShownSetting {
  readonly path: string;
  readonly value: unknown;
  readonly origin: ConfigOrigin;
}

/** One line a setting, as JSON, so that it can be copied into the file. */
export function renderSettings(settings: readonly ShownSetting[], withOrigin: boolean): string {
  const width = Math.max(...settings.map(({ path }) => path.length));
  const values = settings.map(({ value }) => JSON.stringify(value));
  const valueWidth = Math.min(Math.max(...values.map((value) => value.length)), 28);
  return settings
    .map(({ path, origin }, index) => {
      const value = values[index] ?? "";
      const line = `${path.padEnd(width)}  ${value}`;
      return withOrigin
        ? `${path.padEnd(width)}  ${value.padEnd(valueWidth)}  ${renderOrigin(origin)}`
        : line;
    })
    .join("\n");
}
