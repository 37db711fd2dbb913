import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FastifyRequest } from 'fastify';
import { publishedPrefix } from '../http/published-prefix';
import { TrustedProxies } from '../http/trusted-proxies';
import { addCommonAnswers } from './common-answers';
import { answerMissingPages } from './missing-pages';
import { addRequestIds } from './request-id-header';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from './security';

export const SWAGGER_PATH = 'api-docs';
export const OPENAPI_PATH = `${SWAGGER_PATH}/openapi.json`;

export function describeApi(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Workspace Sessions')
    .setDescription(
      'List and revoke login sessions of a workspace, protected by a permission and a second factor.\n\n' +
        '1. Sign in with `POST /api/v1/login`, with a `code` if you have set up a second factor.\n' +
        '2. Copy `data.userId` and `data.authToken` from the answer into "Authorize", and type a current code beside ' +
        'them. You can reuse the code that you signed in with while it lasts, about a minute.\n' +
        '3. Try each call. When an answer says `totp-invalid`, type a new code.',
    )
    .addTag(
      'Device management',
      'List and revoke sessions: your own, and with a permission those of all users.',
    )
    .addTag('Ways in', 'Every way in of one user, and how to close all of them.')
    .addTag('Signing in', 'Log in, log out, and get the current user.')
    .addTag('Two-factor authentication', 'Set up, replace and remove your own second factor.')
    .addTag('Personal access tokens', 'Tokens that let programs act as you.')
    .addTag('Audit trail', 'Who did what, and when.')
    .addTag('Health', 'For probes and load balancers.')
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addApiKey(header('X-User-Id', 'The id of the calling user.'), USER_ID)
    .addApiKey(
      header('X-Auth-Token', 'A login token or personal access token of that user.'),
      AUTH_TOKEN,
    )
    .addApiKey(
      header('x-2fa-code', 'A current code of the second factor. Spaces and hyphens are ignored.'),
      TWO_FACTOR_CODE,
    )
    .build();
  return addRequestIds(addCommonAnswers(SwaggerModule.createDocument(app, description)));
}

export interface ApiDocsSettings {
  /** Where clients reach the service; absent: below the prefix that a trusted proxy names. */
  publicUrl: string | undefined;
  proxies: TrustedProxies;
}

/** Serves the OpenAPI document and Swagger UI, which connects to this service only. */
export function serveApiDocs(
  app: NestFastifyApplication,
  { publicUrl, proxies }: ApiDocsSettings,
): void {
  answerMissingPages(app.getHttpAdapter().getInstance(), `/${SWAGGER_PATH}`);
  SwaggerModule.setup(SWAGGER_PATH, app, () => withServer(describeApi(app), publicUrl), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Workspace Sessions API',
    // Its pages name their assets by relative paths already.
    ...(!publicUrl &&
      proxies.count > 0 && {
        patchDocumentOnRequest: (request, _reply, document): OpenAPIObject =>
          withServer(document, publishedPrefix(request as FastifyRequest, proxies)),
      }),
    swaggerOptions: { validatorUrl: null, tryItOutEnabled: true, displayRequestDuration: true },
  });
}

function withServer(document: OpenAPIObject, url: string | undefined): OpenAPIObject {
  return url === undefined ? document : { ...document, servers: [{ url }] };
}

function header(
  name: string,
  description: string,
): { type: 'apiKey'; in: 'header'; name: string; description: string } {
  return { type: 'apiKey', in: 'header', name, description };
}
