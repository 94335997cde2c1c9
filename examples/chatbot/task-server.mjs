import { listen, readBody } from '../../test/support/http-server.mjs';

/** Another service, such as an application has around it: `GET /tasks` lists them, `POST /tasks` adds one. */
export function startTaskServer() {
  const tasks = ['buy milk', 'water the plants'];
  return listen(
    async (req, res) => {
      const added = (await readBody(req))?.toString();
      if (req.url !== '/tasks') return res.writeHead(404).end();
      if (req.method === 'POST' && added) tasks.push(added);
      const answer = req.method === 'POST' ? `added "${added}", ${tasks.length} tasks now` : tasks.join(', ');
      return res.writeHead(200, { 'content-type': 'text/plain' }).end(answer);
    },
    { port: 0, unref: true },
  );
}
