import type { BaseURL, ProviderName } from '../config.js';
import { callHook } from '../guard.js';
import { known } from '../known.js';
import { fieldsOf, text } from '../read.js';

/** The server that a client sends its requests to. */
export interface Server {
  /** `server.address`: the host of the client's base URL. */
  readonly address?: string;
  /** `server.port`: set whenever the address is. The default port of the scheme if the URL has none. */
  readonly port?: number;
  /** `gen_ai.provider.name` */
  readonly provider: string;
  /** The deployment of an Azure client, from its `deployment` option or its base URL. */
  readonly deployment?: string;
}

const OPENAI = 'openai';
const AZURE = 'azure.ai.openai';

/**
 * Providers by host suffix, matched at a label boundary: `api.groq.com` matches, `notgroq.com` does not. The names are
 * those of the GenAI conventions (`gen_ai.provider.name`). The conventions have no names for the last group.
 */
const PROVIDERS: readonly (readonly [host: string, provider: string])[] = [
  ['openai.com', OPENAI],
  ['openai.azure.com', AZURE],
  ['openai.azure.us', AZURE],
  ['openai.azure.cn', AZURE],
  ['cognitiveservices.azure.com', AZURE],
  ['services.ai.azure.com', AZURE],
  ['groq.com', 'groq'],
  ['deepseek.com', 'deepseek'],
  ['x.ai', 'x_ai'],
  ['mistral.ai', 'mistral_ai'],
  ['perplexity.ai', 'perplexity'],
  ['cohere.ai', 'cohere'],
  ['cohere.com', 'cohere'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['moonshot.ai', 'moonshot_ai'],
  ['moonshot.cn', 'moonshot_ai'],
  ['ml.cloud.ibm.com', 'ibm.watsonx.ai'],
  ['anthropic.com', 'anthropic'],

  ['cerebras.ai', 'cerebras'],
  ['openrouter.ai', 'openrouter'],
  ['together.ai', 'together_ai'],
  ['together.xyz', 'together_ai'],
  ['fireworks.ai', 'fireworks_ai'],
  ['sambanova.ai', 'sambanova'],
];

/** The client classes of other providers' SDKs. They determine the provider if the host is unknown, such as that of a gateway. */
const CLIENT_CLASSES: ReadonlyMap<unknown, string> = new Map([
  ['Groq', 'groq'],
  ['Cerebras', 'cerebras'],
  ['Together', 'together_ai'],
  ['Perplexity', 'perplexity'],
  ['SambaNova', 'sambanova'],
]);

const VERTEX_REGIONAL = /^[a-z0-9-]+-aiplatform\.googleapis\.com$/;
const BEDROCK = /^bedrock-[a-z-]+\.[a-z0-9-]+\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/;
const DEPLOYMENT = /\/deployments\/([^/]+)/;
const OLLAMA_PORT = 11434;

/** Caches the server of each client, so that a base URL is parsed once. */
export class Servers {
  readonly #seen = new WeakMap<object, { baseURL: string; providerName: ProviderName; server: Server }>();

  /** If `providerName` throws, the host decides. */
  of(client: object, providerName: ProviderName, onFault: (fault: unknown) => void): Server {
    const baseURL = text(fieldsOf(client).baseURL) ?? '';
    const seen = this.#seen.get(client);
    if (seen?.baseURL === baseURL && seen.providerName === providerName) return seen.server;
    const server = describeServer(client, baseURL, providerName, onFault);
    this.#seen.set(client, { baseURL, providerName, server });
    return server;
  }
}

function describeServer(
  client: object,
  baseURL: string,
  providerName: ProviderName,
  onFault: (fault: unknown) => void,
): Server {
  const url = parse(baseURL);
  // A URL has an IPv6 address in brackets.
  const address = url?.hostname.replace(/^\[|\]$/g, '');
  const port = url && (Number(url.port) || (url.protocol === 'http:' ? 80 : 443));
  const provider =
    nameOf({ href: baseURL, address, port }, providerName, onFault) ??
    (isAzureClient(client) ? AZURE : (providerOf(address ?? '', port) ?? providerOfClass(client)));
  const deployment = text(fieldsOf(client).deploymentName) ?? DEPLOYMENT.exec(url?.pathname ?? '')?.[1];
  return known({ address, port, provider, deployment });
}

function nameOf(baseURL: BaseURL, providerName: ProviderName, onFault: (fault: unknown) => void): string | undefined {
  if (typeof providerName !== 'function') return providerName;
  return text(callHook(() => providerName(baseURL), onFault));
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

/** Recognises `AzureOpenAI` by `apiVersion`, which survives bundlers and subclasses (SDK azure.ts, v4 to v7). */
function isAzureClient(client: object): boolean {
  return typeof fieldsOf(client).apiVersion === 'string';
}

function providerOf(host: string, port: number | undefined): string | undefined {
  for (const [suffix, provider] of PROVIDERS) {
    if (host === suffix || host.endsWith(`.${suffix}`)) return provider;
  }
  if (VERTEX_REGIONAL.test(host)) return 'gcp.vertex_ai';
  if (BEDROCK.test(host)) return 'aws.bedrock';
  return port === OLLAMA_PORT ? 'ollama' : undefined;
}

/** Looks up the class of the client and the classes that it extends. */
function providerOfClass(client: object): string {
  for (let at = Object.getPrototypeOf(client); at; at = Object.getPrototypeOf(at)) {
    const provider = CLIENT_CLASSES.get(fieldsOf(at.constructor).name);
    if (provider) return provider;
  }
  return OPENAI;
}
