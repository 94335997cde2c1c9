import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A text that occurs once, and so shows where it came from when it is found. */
export interface Canary {
  /** Where it was put, such as `Chat.Completions.create params.messages.content`. */
  readonly path: string;
  /** The name of the field, and those of the fields around it, innermost first. */
  readonly fields: readonly string[];
  readonly side: 'params' | 'response';
  /** Set if it may be recorded in no mode: the credentials in a URL, the name of a file. */
  readonly secret: boolean;
}

const TOKEN = /cnr(\d+)z/g;

/** The canaries that were handed out. */
export class Aviary {
  readonly #canaries: Canary[] = [];

  get size(): number {
    return this.#canaries.length;
  }

  add(canary: Canary): string {
    return `cnr${this.#canaries.push(canary) - 1}z`;
  }

  /** The canaries in a text. */
  in(text: string): Canary[] {
    return [...text.matchAll(TOKEN)].flatMap(([, number]) => this.#canaries[Number(number)] ?? []);
  }

  all(): readonly Canary[] {
    return this.#canaries;
  }
}

/** What the declarations of the SDK say of one method. */
export interface Method {
  readonly params: readonly Parameter[];
  /** What it can resolve to. */
  readonly bodies: readonly ts.Type[];
  /** What the streams that it can resolve to consist of. */
  readonly chunks: readonly ts.Type[];
}

interface Parameter {
  readonly name: string;
  readonly type: ts.Type;
}

/** Deeper than any field that a model is told. */
const MAX_DEPTH = 12;
/** How often a type may contain itself. */
const MAX_NESTED = 2;

/**
 * Makes parameters and responses after the type declarations of the SDK: every field is there, and every text in it is a
 * canary. A field or a method that a later SDK adds is so covered by itself.
 */
export class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #methods: Map<string, ts.Type>;
  readonly #place: ts.Node;

  /** @param names of methods, such as `Chat.Completions.create` */
  constructor(names: readonly string[]) {
    const file = join(dirname(fileURLToPath(import.meta.url)), '../sdk/7/declarations.ts');
    const path = (name: string) => name.replace(/(?<=^|\.)[A-Z]/g, (letter) => letter.toLowerCase());
    const lines = names.map((name, i) => `export const m${i} = client.${path(name)};`);
    const source = `import OpenAI from 'openai';\ndeclare const client: OpenAI;\n${lines.join('\n')}`;
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      types: ['node'],
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.fileExists = (name) => name === file || fileExists(name);
    host.getSourceFile = (name, ...rest) =>
      name === file ? ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true) : getSourceFile(name, ...rest);
    const program = ts.createProgram([file], options, host);
    const root = program.getSourceFile(file);
    if (!root) throw new Error('the declarations of the SDK cannot be read');
    this.#checker = program.getTypeChecker();
    this.#place = root;
    const declared = root.statements
      .filter(ts.isVariableStatement)
      .flatMap((each) => [...each.declarationList.declarations]);
    this.#methods = new Map(
      names.map((name) => {
        const found = declared.find((each) => each.name.getText() === `m${names.indexOf(name)}`);
        if (!found) throw new Error(name);
        return [name, this.#checker.getTypeAtLocation(found)];
      }),
    );
  }

  method(name: string): Method {
    const signatures = this.#methods.get(name)?.getCallSignatures() ?? [];
    if (signatures.length === 0) throw new Error(`openai 7 declares no ${name}`);
    const results = [...new Set(signatures.flatMap((signature) => this.#resolved(signature.getReturnType())))];
    const parameters = signatures.map((signature) => signature.getParameters());
    // The last declaration is the most general one.
    const most = Math.max(...parameters.map((list) => list.length));
    return {
      params: (parameters.filter((list) => list.length === most).at(-1) ?? [])
        .map((symbol) => ({ name: symbol.name, type: this.#typeOf(symbol) }))
        .filter(({ name: parameter }) => parameter !== 'options'),
      bodies: results.filter((type) => nameOf(type) !== 'Stream'),
      chunks: results
        .filter((type) => nameOf(type) === 'Stream')
        .flatMap((type) => alternatives(this.#argumentsOf(type)[0])),
    };
  }

  /**
   * A value of a type.
   *
   * @param turn which alternative is taken where there are several
   */
  value(type: ts.Type, at: Pick<Canary, 'path' | 'side'>, turn: number, aviary: Aviary): unknown {
    const [, name = ''] = at.path.split(' ');
    const isText = Boolean(type.flags & ts.TypeFlags.StringLike);
    return new Maker(this.#checker, this.#place, at, turn, aviary).make(type, isText ? [name] : [], []);
  }

  #typeOf(symbol: ts.Symbol): ts.Type {
    return this.#checker.getTypeOfSymbolAtLocation(symbol, this.#place);
  }

  #argumentsOf(type: ts.Type): readonly ts.Type[] {
    return this.#checker.getTypeArguments(type as ts.TypeReference);
  }

  /** What a promise of the SDK resolves to: each alternative. A page is told by its items. */
  #resolved(type: ts.Type): readonly ts.Type[] {
    const [first, second] = this.#argumentsOf(type);
    const whole = nameOf(type) === 'PagePromise' ? first : (first ?? second);
    if (!whole) return [];
    return alternatives(whole);
  }
}

/** Makes one value. */
class Maker {
  readonly #checker: ts.TypeChecker;
  readonly #place: ts.Node;
  readonly #at: Pick<Canary, 'path' | 'side'>;
  readonly #turn: number;
  readonly #aviary: Aviary;

  constructor(
    checker: ts.TypeChecker,
    place: ts.Node,
    at: Pick<Canary, 'path' | 'side'>,
    turn: number,
    aviary: Aviary,
  ) {
    this.#checker = checker;
    this.#place = place;
    this.#at = at;
    this.#turn = turn;
    this.#aviary = aviary;
  }

  /**
   * @param fields the names of the fields around, innermost first
   * @param around the object types around
   */
  make(type: ts.Type, fields: readonly string[], around: readonly ts.Type[]): unknown {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void | ts.TypeFlags.Never)) return undefined;
    if (flags & ts.TypeFlags.BooleanLiteral) return this.#checker.typeToString(type) === 'true';
    if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
    if (flags & ts.TypeFlags.StringLike || isOpenString(type)) return this.#text(fields);
    // Positions in lists, so that the parts of a stream belong together.
    if (flags & ts.TypeFlags.NumberLike) return fields[0]?.endsWith('index') ? 0 : 7;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive))
      return { [this.#text(fields)]: this.#text(fields) };
    if (isFile(type, fields)) return this.#file(fields);
    if (type.isUnion()) return this.#oneOf(type.types, fields, around);
    if (around.length > MAX_DEPTH || around.filter((each) => each === type).length >= MAX_NESTED) return undefined;
    if (this.#checker.isArrayType(type)) return this.#list(type, fields, [...around, type]);
    return this.#object(type, fields, [...around, type]);
  }

  #oneOf(types: readonly ts.Type[], fields: readonly string[], around: readonly ts.Type[]): unknown {
    const known = types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    // `'gpt-4o' | (string & {})` is any text.
    const open = known.find((type) => type.flags & ts.TypeFlags.String || isOpenString(type));
    const literal = known.some((type) => type.isStringLiteral());
    const chosen = open && literal ? open : known[this.#turn % known.length];
    return chosen && this.make(chosen, fields, around);
  }

  /** One item of each kind. */
  #list(type: ts.Type, fields: readonly string[], around: readonly ts.Type[]): unknown[] {
    const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
    const kinds = item?.isUnion() ? item.types : item ? [item] : [];
    return kinds.map((kind) => this.make(kind, fields, around)).filter((value) => value !== undefined);
  }

  #object(type: ts.Type, fields: readonly string[], around: readonly ts.Type[]): unknown {
    const result: Record<string, unknown> = {};
    for (const symbol of this.#checker.getPropertiesOfType(type)) {
      const declared = this.#checker.getNonNullableType(this.#checker.getTypeOfSymbolAtLocation(symbol, this.#place));
      if (declared.getCallSignatures().length > 0) continue;
      const value = this.make(declared, [symbol.name, ...fields], around);
      if (value !== undefined) result[symbol.name] = value;
    }
    const others = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    if (others) result[this.#text(fields)] = this.make(others, fields, around);
    return result;
  }

  #text(fields: readonly string[], secret = false): string {
    const canary = () => this.#canary(fields, secret);
    const [name = ''] = fields;
    if (name === 'arguments') return JSON.stringify({ [canary()]: canary() });
    if (!/(^|_)ur[li]$/.test(name)) return canary();
    const hidden = () => this.#canary(fields, true);
    return `https://${hidden()}:${hidden()}@files.example/${canary()}?key=${hidden()}#${hidden()}`;
  }

  #canary(fields: readonly string[], secret: boolean): string {
    const { path, side } = this.#at;
    const full = [path, ...[...fields].reverse()].join('.');
    return this.#aviary.add({ path: full, fields, side, secret });
  }

  #file(fields: readonly string[]): File {
    return new File([this.#text(fields)], `${this.#canary(fields, true)}.wav`);
  }
}

function alternatives(type: ts.Type | undefined): readonly ts.Type[] {
  if (!type) return [];
  return type.isUnion() ? type.types : [type];
}

/** `string & {}` */
function isOpenString(type: ts.Type): boolean {
  return type.isIntersection() && type.types.some(({ flags }) => flags & ts.TypeFlags.String);
}

function isFile(type: ts.Type, fields: readonly string[]): boolean {
  return (
    ['File', 'Response', 'Blob', 'ReadStream', 'FsReadStream', 'Uploadable', 'BunFile'].includes(nameOf(type)) &&
    fields.length > 0
  );
}

function nameOf(type: ts.Type): string {
  return (type.aliasSymbol ?? type.symbol)?.name ?? '';
}
