import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import { packageVersion } from '../run/index.ts';
import { documentationPolicy } from './protection.ts';

const description = `Everything that the page shows and does. Errors are \`{ error: { code, message } }\` with the codes of
docs/errors.md. Numbers that JSON lacks are written "NaN", "Infinity", "-Infinity".`;

const transform = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } });

/** The OpenAPI description of all routes that follow: `/api/openapi.json`, and to read and try at `/api/docs`. */
export function documentApi(server: FastifyInstance): void {
  void server.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Thalweg', description, version: packageVersion() } },
    transform: (route) => (route.url.startsWith('/api/') ? transform(route) : { ...route, schema: { hide: true } }),
  });
  void server.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    transformStaticCSP: () => documentationPolicy,
  });
  void server.register(async (routes) => {
    routes.get('/api/openapi.json', { schema: { hide: true } }, () => server.swagger());
  });
}
