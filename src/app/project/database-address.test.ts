import { expect, test } from "vitest";
import type { AasError } from "../../domain/errors.ts";
import { readDatabaseAddress } from "./database-address.ts";

test.each([
  "postgresql://ada@db.example.org:5432/facts",
  "postgres://ada:p%40ss@127.0.0.1/facts",
  "postgresql://ada@localhost/facts?host=%2Frun%2Fpostgresql",
  "postgresql:///facts?host=/run/postgresql",
  "postgresql://ada@[::1]:5432/facts?sslmode=require",
])("%s is an address", (address) => {
  expect(readDatabaseAddress({ AAS_DATABASE_URL: address })).toBe(address);
});

test("a variable that is empty or missing names no database", () => {
  expect([readDatabaseAddress({}), readDatabaseAddress({ AAS_DATABASE_URL: "" })]).toEqual([null, null]);
});

test.each([
  ["hunter2", "cannot be read as an address"],
  ["ada:hunter2", "does not begin with postgresql://"],
  ["postgresql://ada:hunter2@db:port/facts", "cannot be read as an address"],
  ["postgresql://ada:hunter2#x@db/facts", "cannot be read as an address"],
  ["mysql://ada:hunter2@db/facts", "does not begin with postgresql://"],
  ["postgresql://ada:hunter2%@db/facts", "has a % that stands for nothing"],
  ["postgresql:///facts?password=hunter2", "names no host"],
  ["postgresql://ada:hunter2@db", "names no database"],
  ["postgresql://ada:hunter2@db/", "names no database"],
])("%s is refused with the variable's name and nothing of its value", (address, fault) => {
  const failure = failureOf(address);

  expect(failure).toEqual({
    code: "config_invalid",
    message: `AAS_DATABASE_URL ${fault}; expected postgresql://user@host:port/name.`,
    cure: "Set AAS_DATABASE_URL to postgresql://user@host:port/name, with @ : / ? # % in a user or password written as %40 %3A %2F %3F %23 %25.",
  });
  expect(JSON.stringify(failure)).not.toContain("hunter2");
});

function failureOf(address: string): Pick<AasError, "code" | "message" | "cure"> {
  try {
    readDatabaseAddress({ AAS_DATABASE_URL: address });
  } catch (error) {
    const { code, message, cure } = error as AasError;
    return { code, message, cure };
  }
  throw new TypeError("It was accepted");
}
