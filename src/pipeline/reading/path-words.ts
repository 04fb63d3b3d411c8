const extensions = new Set(
  "py pyi ipynb ts tsx mts cts js jsx mjs cjs vue svelte astro css scss sass less html htm xml svg json jsonc json5 jsonl yaml yml toml ini cfg conf md mdx rst txt csv sql proto graphql gql prisma sh bash zsh fish ps1 psm1 bat cmd go rs rb php java kt kts swift c h cc cpp hpp cxx cs fs vb lua pl r jl dart ex exs erl hs ml scala clj tf tfvars hcl gradle groovy properties lock j2 jinja jinja2 tpl tmpl hbs ejs pug csproj sln xaml resx service example template".split(
    " ",
  ),
);

const namesWithoutExtension =
  /^(?:Dockerfile|Makefile|Procfile|Jenkinsfile|Gemfile|Rakefile|Vagrantfile|LICENSE|CODEOWNERS|\.env(?:\.\w+)*|\.(?:git|docker|npm|eslint|prettier)ignore|\.editorconfig|\.npmrc|\.babelrc|\.(?:eslint|prettier)rc)$/u;

/** Products that are called like files. */
const products =
  /^(?:(?:node|react|vue|next|nuxt|express|three|d3|chart|angular|ember|backbone|discord|moment|day|p5|alpine|nest|electron|require|socket|deno|bun|ember|knockout|handlebars|mustache|underscore|lodash|mocha|jest|asp|vb|ml)\.(?:js|io|ts|net)|asp\.net)$/iu;

/** A path, or the name of a file; not a call, an attribute, a version, an address or a product. */
export function isPathLike(word: string): boolean {
  if (word.length > 300 || !/^(?:~|\.{1,2})?[/\\]?[\p{L}\p{N}_.@()[\]+/\\-]+$/u.test(word)) return false;
  if (/\(\)|\/\/|\.$/u.test(word)) return false;
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return namesWithoutExtension.test(name) || (hasKnownExtension(name) && !products.test(word));
}

function hasKnownExtension(name: string): boolean {
  const extension = /[^.]\.(?<extension>[A-Za-z]\w{0,11})$/u.exec(name)?.groups?.["extension"];
  return extension !== undefined && extensions.has(extension.toLowerCase());
}

interface PathWord {
  readonly path: string;
  /** The words right before it, which say what it is there for. */
  readonly lead: string;
}

/** The paths of a line: those in backticks, and where there are none, bare ones. Not those that are only referred to. */
function pathWordsIn(text: string): readonly PathWord[] {
  const line = text.slice(0, 1_000);
  const quoted = wordsAt(line, /`(?<word>[^`\s]+)`/gu);
  const words =
    quoted.length > 0
      ? quoted
      : wordsAt(line, /(?<![\p{L}\p{N}/:@.\\])(?<word>[\p{L}\p{N}_.@/\\~-]{2,300})/gu);
  return words.filter(({ lead }) => !reference.test(lead));
}

const reference =
  /\b(?:from|using|via|uses?|like|see|based on|imports?|importing|calls?|calling|similar to|extends?|extending|against|than|with|by|run|running|execute|executing)\s*(?:the\s+)?$/iu;

function wordsAt(line: string, pattern: RegExp): readonly PathWord[] {
  return [...line.matchAll(pattern)].flatMap((match) => {
    const word = (match.groups?.["word"] ?? "").replace(/[.,:;)\]]+$/u, "");
    const lead = line.slice(Math.max(0, match.index - 40), match.index);
    return isPathLike(word) ? [{ path: word, lead }] : [];
  });
}

export type NamedPath =
  | { readonly kind: "one"; readonly path: string }
  | { readonly kind: "several"; readonly paths: readonly string[] };

/** The path that a line is about: the only one, or the only one that something is done in or to. */
export function pathNamedBy(text: string): NamedPath | null {
  const words = pathWordsIn(text);
  const paths = [...new Set(words.map(({ path }) => path))];
  const [only] = paths;
  if (only === undefined) return null;
  if (paths.length === 1) return { kind: "one", path: only };
  const places = words.filter(({ lead }) =>
    /\b(?:in|into|inside|within|to|at|as|named|called|file|create|update|edit|modify)\s*[*"']*$/iu.test(lead),
  );
  const [place] = places;
  return place !== undefined && places.length === 1
    ? { kind: "one", path: place.path }
    : { kind: "several", paths };
}
