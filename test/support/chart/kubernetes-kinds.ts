import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { unreadFields } from './unread-fields';

/** A rendered object, as far as every kind is alike. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: Record<string, unknown>;
}

const KINDS = [
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  ConfigMap,
  Service,
  ServiceAccount,
];

/**
 * Checks an object against Kubernetes' own schema of its kind.
 * @returns the fields that Kubernetes does not know
 * @throws Error when the object breaks the schema, or when its kind is unknown
 */
export function checkObject(object: KubernetesObject): string[] {
  const kind = KINDS.find((each) => each.is(object));
  if (!kind) throw new Error(`There is no schema of ${object.apiVersion} ${object.kind}.`);
  return unreadFields(object, (watched) => {
    kind.prototype.validate.call(watched);
  });
}
