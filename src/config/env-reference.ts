import { AasError } from "../domain/errors.ts";
import { Secret } from "../domain/secret.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const envReferencePattern = /^env:[A-Za-z_][A-Za-z0-9_]*$/u;
export const envReferenceExpectation = 'the name of an environment variable, such as "env:AAS_WEBHOOK"';

/**
 * The value that `env:NAME` stands for; `setting` is what an error shall name, `otherwise` what helps besides setting the
 * variable. Nothing of the value is ever told.
 */
export function resolveEnvReference(
  reference: string,
  environment: Environment,
  setting: string,
  otherwise = `remove ${setting}`,
): Secret {
  if (!envReferencePattern.test(reference)) {
    throw new AasError(
      "config_invalid",
      `${setting} holds a literal value, which is not shown; expected ${envReferenceExpectation}.`,
      {
        cure: `Put the value into an environment variable and refer to it from ${setting}.`,
      },
    );
  }
  const name = reference.slice("env:".length);
  const value = environment[name]?.trim() ?? "";
  if (value !== "") return new Secret(value);
  throw new AasError(
    "config_invalid",
    `${setting} is "${reference}", but the environment variable ${name} is not set.`,
    { cure: `export ${name}=…, or ${otherwise}.` },
  );
}
