import { describeDurable } from "../../src/testing/describe-durable.ts";
import { openDbosBenchForTests } from "./dbos-bench.ts";

describeDurable("DBOS", openDbosBenchForTests);
