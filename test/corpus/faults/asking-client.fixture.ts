// Asks about the tasks of the one run of a lab, until it is killed: see drive-through-death.ts.
import { z } from "zod";
import { joinAskingLab, labClock } from "../../../src/testing/asking-lab.ts";
import { caseTime } from "../../../src/testing/fault-server/cases/fault-case.ts";
import { openCaseClients } from "./case-clients.ts";

const toldSchema = z.strictObject({
  vendor: z.enum(["openai", "anthropic", "gemini"]),
  provider: z.enum(["openai", "azure", "compat", "anthropic", "gemini", "any"]),
  url: z.string(),
  key: z.string(),
  databaseUrl: z.string(),
});

const { vendor, provider, url, key, databaseUrl } = toldSchema.parse(JSON.parse(process.argv[2] ?? "{}"));
const clock = labClock(caseTime);
const lab = await joinAskingLab(databaseUrl, clock);
await lab.drive(openCaseClients({ vendor, provider }, { url, clock, key }));
