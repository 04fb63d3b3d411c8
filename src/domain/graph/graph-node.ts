/** A node of a task graph: a key and the keys it depends on. */
export interface GraphNode {
  readonly key: string;
  readonly dependsOn: readonly string[];
}
