import type { Json } from "../../../domain/json.ts";
import { isJsonObject } from "../http/read-json.ts";

/** Where prompts stand in the bodies of the vendors, in the order in which a model reads them. */
const places = ["system", "systemInstruction", "instructions", "messages", "contents", "input"];

/** All that is said to a model in a request body, as one text. */
export function promptText(body: Json): string {
  if (!isJsonObject(body)) return "";
  return places.flatMap((place) => textsIn(body[place])).join("\n");
}

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((one: Json) => textsIn(one));
  if (!isJsonObject(value)) return [];
  return [value["content"], value["text"], value["parts"]].flatMap(textsIn);
}
