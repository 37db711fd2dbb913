import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartFile, problemsOf, renderChart, Values, valuesWith } from '../support/chart/chart';
import { checkObject, KubernetesObject } from '../support/chart/kubernetes-kinds';

const ROOT = join(__dirname, '../..');
const SECRET = 'sessions-secrets';

const EVERYTHING: Values = {
  existingSecret: SECRET,
  image: { digest: `sha256:${'a'.repeat(64)}` },
  imagePullSecrets: [{ name: 'registry' }],
  service: { annotations: { a: 'true' } },
  ingress: { enabled: true, hosts: ['sessions.example.com'], tlsSecret: 'tls' },
  autoscaling: { enabled: true },
  serviceAccount: { name: 'own', annotations: { a: 'b' } },
  podAnnotations: { a: 'b' },
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  affinity: { nodeAffinity: {} },
};

const VARIANTS: [string, Values][] = [
  ['its own values', { existingSecret: SECRET }],
  ['everything on', EVERYTHING],
  [
    'everything off',
    {
      existingSecret: SECRET,
      podDisruptionBudget: { enabled: false },
      networkPolicy: { enabled: false },
      serviceAccount: { create: false },
      management: { enabled: false },
    },
  ],
];

const SERVICE_MONITOR: Values = { ...EVERYTHING, serviceMonitor: { enabled: true } };

function ofKind(kind: string, values: Values): KubernetesObject[] {
  return renderChart(valuesWith(values)).filter((object) => object.kind === kind);
}

interface PodSpec {
  automountServiceAccountToken: boolean;
  securityContext: object;
  terminationGracePeriodSeconds: number;
  containers: {
    securityContext: object;
    envFrom: object[];
    image: string;
    env: object[];
    ports: { name: string }[];
    startupProbe: { periodSeconds: number; failureThreshold: number };
    resources: { requests: { cpu: string } };
  }[];
  volumes?: object[];
}

function podSpecOf(values: Values): PodSpec {
  const [deployment] = ofKind('Deployment', values);
  return (deployment?.spec as { template: { spec: PodSpec } }).template.spec;
}

describe('the chart', () => {
  it.each(VARIANTS)("makes objects that Kubernetes' own schemas take, with %s", (_name, values) => {
    expect(problemsOf(valuesWith(values))).toEqual([]);
    const objects = renderChart(valuesWith(values));
    expect(objects.length).toBeGreaterThan(2);
    for (const object of objects)
      expect([object.kind, checkObject(object)]).toEqual([object.kind, []]);
  });

  it('makes each of its objects where it is asked for', () => {
    const kinds = (values: Values): string[] =>
      renderChart(valuesWith(values)).map(({ kind }) => kind);
    expect(kinds(SERVICE_MONITOR).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'ServiceAccount',
      'ServiceMonitor',
    ]);
    expect(kinds({ existingSecret: SECRET }).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'Service',
      'ServiceAccount',
    ]);
  });

  it('finds a misspelt field and a wrong type', () => {
    const [deployment] = ofKind('Deployment', { existingSecret: SECRET });
    if (!deployment) throw new Error('There is no Deployment.');
    const spec = { ...deployment.spec, replica: 2 };
    expect(checkObject({ ...deployment, spec })).toEqual(['/spec/replica']);
    expect(() => checkObject({ ...deployment, spec: { ...spec, replicas: '2' } })).toThrow();
  });

  it('gives every object its name, namespace and labels', () => {
    for (const { metadata } of renderChart(valuesWith({ existingSecret: SECRET }))) {
      expect(metadata).toMatchObject({
        name: expect.stringMatching(/^sessions(-management)?$/) as string,
        namespace: 'chat',
        labels: {
          'app.kubernetes.io/instance': 'sessions',
          'app.kubernetes.io/version': chartFile.appVersion,
        },
      });
    }
  });

  it('keeps to the pod security standard "restricted", whatever the values', () => {
    for (const [, values] of VARIANTS) {
      const pod = podSpecOf(values);
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10001,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      });
      expect(pod.volumes).toBeUndefined();
      expect(pod.containers.map(({ securityContext }) => securityContext)).toEqual([
        {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      ]);
    }
  });

  it('takes secrets from a Secret by its name, and makes none', () => {
    expect(podSpecOf(EVERYTHING).containers[0]?.envFrom).toContainEqual({
      secretRef: { name: SECRET },
    });
    expect(ofKind('Secret', EVERYTHING)).toEqual([]);
  });

  it('leaves the number of pods to the autoscaler where there is one', () => {
    expect(ofKind('Deployment', { existingSecret: SECRET })[0]?.spec.replicas).toBe(2);
    expect(ofKind('Deployment', EVERYTHING)[0]?.spec).not.toHaveProperty('replicas');
  });

  it('names the image by its digest, or else by its tag, or else by its version', () => {
    const image = (values: Values): string | undefined =>
      podSpecOf({ existingSecret: SECRET, image: values }).containers[0]?.image;
    const repository = 'registry.example.com/workspace-sessions';
    const digest = `sha256:${'b'.repeat(64)}`;
    expect(image({ digest, tag: '1' })).toBe(`${repository}@${digest}`);
    expect(image({ tag: '1' })).toBe(`${repository}:1`);
    expect(image({})).toBe(`${repository}:${chartFile.appVersion}`);
  });

  it('selects with its Services, policies and budget the pods that it makes', () => {
    const [deployment] = ofKind('Deployment', SERVICE_MONITOR);
    const { template } = deployment?.spec as { template: { metadata: { labels: object } } };
    const selectors = [
      ...ofKind('Service', SERVICE_MONITOR).map(({ spec }) => spec.selector),
      ...['Deployment', 'PodDisruptionBudget'].map(
        (kind) =>
          (ofKind(kind, SERVICE_MONITOR)[0]?.spec.selector as { matchLabels: object }).matchLabels,
      ),
      (ofKind('NetworkPolicy', SERVICE_MONITOR)[0]?.spec.podSelector as { matchLabels: object })
        .matchLabels,
    ];
    expect(selectors).toHaveLength(5);
    for (const selector of selectors)
      expect(template.metadata.labels).toMatchObject(selector as object);
  });

  it('lets Prometheus find the management Service and no other', () => {
    const [monitor] = ofKind('ServiceMonitor', SERVICE_MONITOR);
    const { matchLabels } = monitor?.spec.selector as { matchLabels: Record<string, string> };
    const found = ofKind('Service', SERVICE_MONITOR).filter(({ metadata }) =>
      Object.entries(matchLabels).every(([name, value]) => metadata.labels[name] === value),
    );
    expect(found.map(({ metadata }) => metadata.name)).toEqual(['sessions-management']);
  });

  it('gives a pod the time to drain and to finish what runs', () => {
    for (const drainSeconds of [0, 5, 300]) {
      const pod = podSpecOf({ existingSecret: SECRET, drainSeconds });
      const value = String(drainSeconds);
      expect(pod.containers[0]?.env).toContainEqual({ name: 'SHUTDOWN_DRAIN_SECONDS', value });
      // REQUEST_TIMEOUT_MS is at most 60 s.
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + 60);
    }
  });

  it.each([undefined, '1', '61', '3600'])('gives a start of %s s half a minute more', (seconds) => {
    const config: Values = seconds === undefined ? {} : { STARTUP_TIMEOUT_SECONDS: seconds };
    const [container] = podSpecOf({ existingSecret: SECRET, config }).containers;
    const { periodSeconds = 0, failureThreshold = 0 } = container?.startupProbe ?? {};
    const more = periodSeconds * failureThreshold - Number(seconds ?? 60);
    expect([30, 31]).toContain(more);
  });

  // A login takes 76 ms of a processor, a look-up 2.3 (docs/capacity.md).
  it('adds a pod when the others have work, not at a few logins a second', () => {
    const [scaler] = ofKind('HorizontalPodAutoscaler', EVERYTHING);
    const [metric] = scaler?.spec.metrics as {
      resource: { target: { averageUtilization: number } };
    }[];
    const [container] = podSpecOf(EVERYTHING).containers;
    const millicores = Number(/^(\d+)m$/.exec(container?.resources.requests.cpu ?? '')?.[1]);
    const target = metric?.resource.target.averageUtilization ?? 0;
    expect((millicores * target) / 100).toBeGreaterThanOrEqual(300);
  });

  it('lets pods reach DNS and the database, where the values say that they are', () => {
    const egress = (networkPolicy: Values): unknown =>
      ofKind('NetworkPolicy', { existingSecret: SECRET, networkPolicy })[0]?.spec.egress;
    const port = (number: number, protocol = 'TCP'): object => ({ port: number, protocol });
    const dns = [port(53, 'UDP'), port(53)];
    const database = { ports: [port(27017)] };
    expect(egress({})).toEqual([
      {
        to: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } },
          { ipBlock: { cidr: '169.254.20.10/32' } },
        ],
        ports: dns,
      },
      database,
    ]);
    const openshift = {
      to: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } },
      ],
      ports: [port(5353, 'UDP'), port(5353)],
    };
    const collector = { ports: [port(4318)] };
    expect(egress({ dns: [openshift], egress: [database, collector] })).toEqual([
      openshift,
      database,
      collector,
    ]);
    expect(egress({ dns: [], egress: [] })).toEqual([]);
  });

  it('needs the Kubernetes that the documents name', () => {
    const [, version] = /^>=(\d+\.\d+)\.0-0$/.exec(chartFile.kubeVersion) ?? [];
    const documents = readFileSync(join(ROOT, 'docs/deployment.md'), 'utf8');
    expect(documents).toContain(`It needs Kubernetes ${version}`);
    expect(version).toBe('1.27');
  });

  it.each([
    [true, 'management'],
    [false, 'http'],
  ])('with the management port %s, probes ask the port %s', (enabled, port) => {
    const [container] = podSpecOf({ existingSecret: SECRET, management: { enabled } }).containers;
    const live = { httpGet: { path: '/health/live', port } };
    expect(container).toMatchObject({
      startupProbe: live,
      livenessProbe: live,
      readinessProbe: { httpGet: { path: '/health/ready', port } },
    });
    expect(container?.ports.map(({ name }) => name)).toContain(port);
  });

  it('keeps what is for probes and Prometheus from the world', () => {
    const [ingress] = ofKind('Ingress', EVERYTHING);
    const { rules } = ingress?.spec as { rules: { http: { paths: { path: string }[] } }[] };
    expect(rules.flatMap(({ http }) => http.paths.map(({ path }) => path))).toEqual([
      '/api',
      '/api-docs',
    ]);
    const [policy] = ofKind('NetworkPolicy', EVERYTHING);
    const admitted = (policy?.spec.ingress as { from: object[]; ports: { port: string }[] }[])
      .filter(({ ports }) => ports.some(({ port }) => port === 'management'))
      .flatMap(({ from }) => from);
    expect(admitted).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ]);
  });

  it('has the version of the project', () => {
    const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
    expect(chartFile.appVersion).toBe((JSON.parse(text) as { version: string }).version);
  });
});
