import { messageOf, ThalwegError } from '../../base/index.ts';
import { sparklineQuerySchema, sparklinesSchema, type SparklinesBody } from '../../contract/index.ts';
import { Sparklines } from '../../store/index.ts';
import type { Api } from '../api.ts';

/** Small curves of the training loss, for lists of runs. */
export function sparklineRoutes(server: Api, runsDirectory: string): void {
  const sparklines = new Sparklines(runsDirectory);

  server.get(
    '/api/sparklines',
    {
      schema: {
        tags: ['runs'],
        summary: 'Small curves of the training loss of runs',
        querystring: sparklineQuerySchema,
        response: { 200: sparklinesSchema },
      },
    },
    ({ query: { runs } }) => {
      const body: SparklinesBody = { sparklines: [], failed: [] };
      for (const run of runs) {
        try {
          body.sparklines.push(sparklines.of(run));
        } catch (error) {
          if (!(error instanceof ThalwegError)) throw error;
          body.failed.push({ run, error: { code: error.code, message: messageOf(error) } });
        }
      }
      return body;
    },
  );
}
