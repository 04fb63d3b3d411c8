/** Named places around every effect, `git.updateRef:before`. Silent in production; the chaos test dies there. */
export interface CrashPoints {
  reach(name: string): void;
}
