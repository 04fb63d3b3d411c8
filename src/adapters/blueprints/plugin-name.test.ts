import fc from "fast-check";
import { expect, test } from "vitest";
import { toPluginName } from "./plugin-name.ts";

test.each([
  ["hello world", "hello_world"],
  ["HELLO WORLD", "hello_world"],
  ["weather_station", "weather_station"],
  ["WeatherStation", "weather_station"],
  ["CSVExport", "csv_export"],
  ["csv-export", "csv_export"],
  ["Bob's tool", "bobs_tool"],
  ["weather_plugin", "weather"],
  ["Über Größe", "uber_grosse"],
  ["Ångström Łódź", "angstrom_lodz"],
  ["naïve café", "naive_cafe"],
  ["__init__", "init"],
  ["v2 api", "v2_api"],
])("%s becomes %s", (words, name) => {
  expect(toPluginName(words)).toEqual({ kind: "named", name });
});

test.each([
  ["", "has no name", "weather_station"],
  ["   ", "has no name", "weather_station"],
  ["!!!", "has no letters", "weather_station"],
  ["../x", "is a path", "x"],
  ["/etc/passwd", "is a path", "passwd"],
  ["a\\b", "is a path", "b"],
  ["..", "is a path", "weather_station"],
  ["class", "is a reserved word", "class_tool"],
  ["None", "is a reserved word", "none_tool"],
  ["con", "is a reserved word", "con_tool"],
  ["3d viewer", "starts with a digit", "viewer_3d"],
  ["42", "starts with a digit", "plugin_42"],
  ["天気", "has letters that code cannot spell", "weather_station"],
  ["погода", "has letters that code cannot spell", "weather_station"],
  ["аdmin", "has letters that code cannot spell", "weather_station"],
  ["very long name of a plugin that goes on and on", "longer than 40", "very_long_name_of_a"],
])("%j is refused with a name that would do", (words, reason, example) => {
  const reading = toPluginName(words);

  expect(reading).toEqual({
    kind: "refused",
    reason: expect.stringContaining(reason) as string,
    cure: `Give it another name: "Create a plugin named ${example}".`,
  });
  expect(toPluginName(example)).toEqual({ kind: "named", name: example });
});

test("whatever it is given, a name is an identifier that reads back as itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (words) => {
      const reading = toPluginName(words);
      if (reading.kind === "refused") return;
      expect(reading.name).toMatch(/^[a-z][a-z0-9_]{0,39}$/u);
      expect(toPluginName(reading.name)).toEqual(reading);
    }),
  );
});
