import { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from './security';

export const SWAGGER_PATH = 'api-docs';
export const OPENAPI_PATH = `${SWAGGER_PATH}/openapi.json`;

/** The OpenAPI document of an application. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const description = new DocumentBuilder()
    .setTitle('Workspace Sessions')
    .setDescription(
      'See and end any login session of a workspace, behind a permission and a second factor. ' +
        'Fill in the three values of "Authorize", then try the calls. A TOTP code lasts for about a minute.',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addApiKey(header('X-User-Id', 'The id of the user who asks.'), USER_ID)
    .addApiKey(
      header('X-Auth-Token', 'A login token or personal access token of that user.'),
      AUTH_TOKEN,
    )
    .addApiKey(header('x-2fa-code', 'A current code of the second factor.'), TWO_FACTOR_CODE)
    .build();
  return SwaggerModule.createDocument(app, description);
}

/** Serves the document and Swagger UI, which calls nobody but this service. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup(SWAGGER_PATH, app, () => describeApi(app), {
    jsonDocumentUrl: OPENAPI_PATH,
    raw: ['json'],
    customSiteTitle: 'Workspace Sessions API',
    swaggerOptions: { validatorUrl: null, tryItOutEnabled: true, displayRequestDuration: true },
  });
}

function header(
  name: string,
  description: string,
): { type: 'apiKey'; in: 'header'; name: string; description: string } {
  return { type: 'apiKey', in: 'header', name, description };
}
