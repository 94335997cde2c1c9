import { describe, expect, it } from 'vitest';
import { type Server, Servers } from '../../src/calls/server.js';
import type { ProviderName } from '../../src/config.js';

function server(client: object, providerName?: ProviderName, faults: unknown[] = []): Server {
  return new Servers().of(client, providerName, (fault) => faults.push(fault));
}

const provider = (baseURL: string) => server({ baseURL }).provider;

describe('gen_ai.provider.name', () => {
  it.each([
    ['https://api.openai.com/v1', 'openai'],
    ['https://eu.api.openai.com/v1', 'openai'],
    ['https://my-resource.openai.azure.com/openai', 'azure.ai.openai'],
    ['https://my-resource.openai.azure.com/openai/v1/', 'azure.ai.openai'],
    ['https://my-resource.openai.azure.us/openai', 'azure.ai.openai'],
    ['https://my-resource.openai.azure.cn/openai', 'azure.ai.openai'],
    ['https://eastus.cognitiveservices.azure.com/openai', 'azure.ai.openai'],
    ['https://my-project.services.ai.azure.com/openai/v1', 'azure.ai.openai'],
    ['https://api.groq.com/openai/v1', 'groq'],
    ['https://api.deepseek.com', 'deepseek'],
    ['https://api.x.ai/v1', 'x_ai'],
    ['https://us-east-1.api.x.ai/v1', 'x_ai'],
    ['https://api.mistral.ai/v1', 'mistral_ai'],
    ['https://api.perplexity.ai', 'perplexity'],
    ['https://api.cohere.ai/compatibility/v1', 'cohere'],
    ['https://api.cohere.com/compatibility/v1', 'cohere'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gcp.gemini'],
    ['https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi', 'gcp.vertex_ai'],
    ['https://us-central1-aiplatform.googleapis.com/v1/projects/p/endpoints/openapi', 'gcp.vertex_ai'],
    ['https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1', 'aws.bedrock'],
    ['https://bedrock-runtime-fips.us-east-1.amazonaws.com/openai/v1', 'aws.bedrock'],
    ['https://bedrock-mantle.us-east-1.api.aws/v1', 'aws.bedrock'],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn/openai/v1', 'aws.bedrock'],
    ['https://api.moonshot.ai/v1', 'moonshot_ai'],
    ['https://api.moonshot.cn/v1', 'moonshot_ai'],
    ['https://us-south.ml.cloud.ibm.com/ml/v1', 'ibm.watsonx.ai'],
    ['https://api.anthropic.com/v1/', 'anthropic'],
    ['https://api.cerebras.ai/v1', 'cerebras'],
    ['https://openrouter.ai/api/v1', 'openrouter'],
    ['https://api.together.ai/v1', 'together_ai'],
    ['https://api.together.xyz/v1', 'together_ai'],
    ['https://api.fireworks.ai/inference/v1', 'fireworks_ai'],
    ['http://localhost:11434/v1', 'ollama'],
    ['http://gpu-box.internal:11434/v1', 'ollama'],
    ['HTTPS://API.GROQ.COM/openai/v1', 'groq'],
    ['https://user:pass@api.groq.com:8443/openai/v1', 'groq'],
  ])('%s is %s', (baseURL, expected) => {
    expect(provider(baseURL)).toBe(expected);
  });

  it.each([
    'https://notgroq.com/v1',
    'https://api.groq.com.evil.example/v1',
    'https://groq.company/v1',
    'https://proxy.example/api.groq.com/v1',
    'https://proxy.example/v1?upstream=api.groq.com',
    'https://proxy.example/v1#api.groq.com',
    'https://api.groq.com@proxy.example/v1',
    'https://max.ai/v1',
    'https://mymistral.ai/v1',
    'https://fakeopenai.azure.com/openai',
    'https://azure.com/openai',
    'https://us-central1-aiplatform.googleapis.com.example/v1',
    'https://storage.googleapis.com/v1',
    'https://bedrock-runtime.us-west-2.amazonaws.com.example/openai/v1',
    'https://s3.us-west-2.amazonaws.com/openai/v1',
    'https://bedrock.example/v1',
    'http://localhost:1143/v1',
    'http://127.0.0.1:8000/v1',
    'not a url',
    '',
  ])('%s is no provider it looks like', (baseURL) => {
    expect(provider(baseURL)).toBe('openai');
  });

  it('knows Azure by its client, whatever the host', () => {
    const client = { baseURL: 'https://gateway.example/azure', apiVersion: '2024-10-21' };
    expect(server(client).provider).toBe('azure.ai.openai');
    expect(server({ apiVersion: '2024-10-21' }).provider).toBe('azure.ai.openai');
  });

  it("is told by the client's class behind a gateway", () => {
    class Groq {
      baseURL = 'http://gateway.internal/v1';
    }
    class Mine extends Groq {}
    expect(server(new Groq()).provider).toBe('groq');
    expect(server(new Mine()).provider).toBe('groq');
    expect(server(Object.assign(new Groq(), { baseURL: 'https://api.deepseek.com' })).provider).toBe('deepseek');
    expect(server(Object.create(null)).provider).toBe('openai');
  });

  it('is what providerName says', () => {
    const client = { baseURL: 'https://api.groq.com/openai/v1' };
    expect(server(client, 'my_proxy').provider).toBe('my_proxy');
    expect(server(client, ({ address, port }) => `${address}_${port}`).provider).toBe('api.groq.com_443');
    expect(server(client, () => undefined).provider).toBe('groq');
    expect(server(client, () => '').provider).toBe('groq');
  });

  it('asks a providerName function once a client and base URL, and again when it is another', () => {
    const servers = new Servers();
    const client = { baseURL: 'https://a.example/v1' };
    const asked: string[] = [];
    const first = ({ href }: { href: string }) => `${asked.push(href)}`;
    const of = (name: ProviderName) => servers.of(client, name, () => expect.fail()).provider;
    expect([of(first), of(first)]).toEqual(['1', '1']);
    client.baseURL = 'https://b.example/v1';
    expect([of(first), of(first)]).toEqual(['2', '2']);
    expect(asked).toEqual(['https://a.example/v1', 'https://b.example/v1']);
    expect([of('fixed'), of(undefined)]).toEqual(['fixed', 'openai']);
  });

  it('survives a providerName function that throws, and says so once', () => {
    const faults: unknown[] = [];
    const servers = new Servers();
    const client = { baseURL: 'https://api.groq.com/openai/v1' };
    const fail = () => {
      throw new Error('no idea');
    };
    for (let i = 0; i < 3; i++) expect(servers.of(client, fail, (fault) => faults.push(fault)).provider).toBe('groq');
    expect(faults).toEqual([new Error('no idea')]);
  });
});

describe('server.address and server.port', () => {
  it.each([
    ['https://api.openai.com/v1', 'api.openai.com', 443],
    ['http://api.openai.com/v1', 'api.openai.com', 80],
    ['http://127.0.0.1:4010/v1', '127.0.0.1', 4010],
    ['http://[::1]:4010/v1', '::1', 4010],
    ['https://[2001:db8::1]/v1', '2001:db8::1', 443],
  ])('%s', (baseURL, address, port) => {
    expect(server({ baseURL })).toMatchObject({ address, port });
  });

  it.each([{ baseURL: 'nonsense' }, { baseURL: null }, {}, { baseURL: 7 }])('are missing with %j', (client) => {
    expect(server(client)).toEqual({ provider: 'openai' });
  });
});

describe('the deployment of an Azure client', () => {
  it.each([
    [{ deploymentName: 'mine', baseURL: 'https://r.openai.azure.com/openai' }, 'mine'],
    [{ baseURL: 'https://r.openai.azure.com/openai/deployments/from-url' }, 'from-url'],
    [{ baseURL: 'https://r.openai.azure.com/openai/deployments/from-url/' }, 'from-url'],
    [{ baseURL: 'https://gateway.example/team/openai/deployments/from-url/extra?x=1' }, 'from-url'],
    [{ deploymentName: 'mine', baseURL: 'https://r.openai.azure.com/openai/deployments/from-url' }, 'mine'],
    [{ baseURL: 'https://r.openai.azure.com/openai/v1' }, undefined],
    [{ baseURL: 'https://r.openai.azure.com/openai/deployments' }, undefined],
    [{ deploymentName: 7, baseURL: 'https://r.openai.azure.com/openai' }, undefined],
    [{ deploymentName: '', baseURL: 'nonsense' }, undefined],
  ])('%j: %s', (client, expected) => {
    expect(server(client).deployment).toBe(expected);
  });
});
