{{/* The name of every object. Kubernetes allows 63 characters, and the longest of our endings takes some. */}}
{{- define "workspace-sessions.name" -}}
{{- default .Release.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* What never changes of a release; the Deployment's selector cannot. */}}
{{- define "workspace-sessions.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "workspace-sessions.labels" -}}
{{ include "workspace-sessions.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "workspace-sessions.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The port that answers probes. */}}
{{- define "workspace-sessions.probed" -}}
{{- if .Values.management.enabled -}}
management
{{- else -}}
http
{{- end -}}
{{- end -}}

{{- define "workspace-sessions.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "workspace-sessions.name" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}
