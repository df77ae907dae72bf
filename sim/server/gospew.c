/*
 * Values as spew's "%#v" shows them: what the names of ReplicaSets and DaemonSets' pods are hashed from (ComputeHash of
 * pkg/controller/controller_utils.go).  It shows the types of core/v1; those that differ from the internal ones in
 * the order of their fields are listed here, the others are gotypes.c's.  Pointers are followed, and whatever is empty
 * is nil, as it comes to a controller.
 */
#include "server/gotypes.h"

#include <stdlib.h>
#include <string.h>

#include "api/yaml.h"
#include "svcsim/str.h"

static const struct go_field fields[] = {
	{ "v1.PodSpec", "Volumes", "volumes", "[]core.Volume" },
	{ "v1.PodSpec", "InitContainers", "initContainers", "[]core.Container" },
	{ "v1.PodSpec", "Containers", "containers", "[]core.Container" },
	{ "v1.PodSpec", "EphemeralContainers", "ephemeralContainers", "[]core.EphemeralContainer" },
	{ "v1.PodSpec", "RestartPolicy", "restartPolicy", "core.RestartPolicy" },
	{ "v1.PodSpec", "TerminationGracePeriodSeconds", "terminationGracePeriodSeconds", "*int64" },
	{ "v1.PodSpec", "ActiveDeadlineSeconds", "activeDeadlineSeconds", "*int64" },
	{ "v1.PodSpec", "DNSPolicy", "dnsPolicy", "core.DNSPolicy" },
	{ "v1.PodSpec", "NodeSelector", "nodeSelector", "map[string]string" },
	{ "v1.PodSpec", "ServiceAccountName", "serviceAccountName", "string" },
	{ "v1.PodSpec", "DeprecatedServiceAccount", "serviceAccountName", "string" },	/* always the same */
	{ "v1.PodSpec", "AutomountServiceAccountToken", "automountServiceAccountToken", "*bool" },
	{ "v1.PodSpec", "NodeName", "nodeName", "string" },
	{ "v1.PodSpec", "HostNetwork", "hostNetwork", "bool" },
	{ "v1.PodSpec", "HostPID", "hostPID", "bool" },
	{ "v1.PodSpec", "HostIPC", "hostIPC", "bool" },
	{ "v1.PodSpec", "ShareProcessNamespace", "shareProcessNamespace", "*bool" },
	{ "v1.PodSpec", "SecurityContext", "securityContext", "*core.PodSecurityContext" },
	{ "v1.PodSpec", "ImagePullSecrets", "imagePullSecrets", "[]core.LocalObjectReference" },
	{ "v1.PodSpec", "Hostname", "hostname", "string" },
	{ "v1.PodSpec", "Subdomain", "subdomain", "string" },
	{ "v1.PodSpec", "Affinity", "affinity", "*core.Affinity" },
	{ "v1.PodSpec", "SchedulerName", "schedulerName", "string" },
	{ "v1.PodSpec", "Tolerations", "tolerations", "[]core.Toleration" },
	{ "v1.PodSpec", "HostAliases", "hostAliases", "[]core.HostAlias" },
	{ "v1.PodSpec", "PriorityClassName", "priorityClassName", "string" },
	{ "v1.PodSpec", "Priority", "priority", "*int32" },
	{ "v1.PodSpec", "DNSConfig", "dnsConfig", "*core.PodDNSConfig" },
	{ "v1.PodSpec", "ReadinessGates", "readinessGates", "[]core.PodReadinessGate" },
	{ "v1.PodSpec", "RuntimeClassName", "runtimeClassName", "*string" },
	{ "v1.PodSpec", "EnableServiceLinks", "enableServiceLinks", "*bool" },
	{ "v1.PodSpec", "PreemptionPolicy", "preemptionPolicy", "*core.PreemptionPolicy" },
	{ "v1.PodSpec", "Overhead", "overhead", "core.ResourceList" },
	{ "v1.PodSpec", "TopologySpreadConstraints", "topologySpreadConstraints", "[]core.TopologySpreadConstraint" },
	{ "v1.PodSpec", "SetHostnameAsFQDN", "setHostnameAsFQDN", "*bool" },
	{ "v1.PodSpec", "OS", "os", "*core.PodOS" },
	{ "v1.PodSpec", "HostUsers", "hostUsers", "*bool" },
	{ "v1.PodSpec", "SchedulingGates", "schedulingGates", "[]core.PodSchedulingGate" },
	{ "v1.PodSpec", "ResourceClaims", "resourceClaims", "[]core.PodResourceClaim" },
	{ "v1.PodSpec", "Resources", "resources", "*core.ResourceRequirements" },
	{ "v1.PodSecurityContext", "SELinuxOptions", "seLinuxOptions", "*core.SELinuxOptions" },
	{ "v1.PodSecurityContext", "WindowsOptions", "windowsOptions", "*core.WindowsSecurityContextOptions" },
	{ "v1.PodSecurityContext", "RunAsUser", "runAsUser", "*int64" },
	{ "v1.PodSecurityContext", "RunAsGroup", "runAsGroup", "*int64" },
	{ "v1.PodSecurityContext", "RunAsNonRoot", "runAsNonRoot", "*bool" },
	{ "v1.PodSecurityContext", "SupplementalGroups", "supplementalGroups", "[]int64" },
	{ "v1.PodSecurityContext", "SupplementalGroupsPolicy", "supplementalGroupsPolicy",
		"*core.SupplementalGroupsPolicy" },
	{ "v1.PodSecurityContext", "FSGroup", "fsGroup", "*int64" },
	{ "v1.PodSecurityContext", "Sysctls", "sysctls", "[]core.Sysctl" },
	{ "v1.PodSecurityContext", "FSGroupChangePolicy", "fsGroupChangePolicy", "*core.PodFSGroupChangePolicy" },
	{ "v1.PodSecurityContext", "SeccompProfile", "seccompProfile", "*core.SeccompProfile" },
	{ "v1.PodSecurityContext", "AppArmorProfile", "appArmorProfile", "*core.AppArmorProfile" },
	{ "v1.PodSecurityContext", "SELinuxChangePolicy", "seLinuxChangePolicy", "*core.PodSELinuxChangePolicy" },
	{ "v1.VolumeSource", "HostPath", "hostPath", "*core.HostPathVolumeSource" },
	{ "v1.VolumeSource", "EmptyDir", "emptyDir", "*core.EmptyDirVolumeSource" },
	{ "v1.VolumeSource", "GCEPersistentDisk", "gcePersistentDisk", "*core.GCEPersistentDiskVolumeSource" },
	{ "v1.VolumeSource", "AWSElasticBlockStore", "awsElasticBlockStore", "*core.AWSElasticBlockStoreVolumeSource" },
	{ "v1.VolumeSource", "GitRepo", "gitRepo", "*core.GitRepoVolumeSource" },
	{ "v1.VolumeSource", "Secret", "secret", "*core.SecretVolumeSource" },
	{ "v1.VolumeSource", "NFS", "nfs", "*core.NFSVolumeSource" },
	{ "v1.VolumeSource", "ISCSI", "iscsi", "*core.ISCSIVolumeSource" },
	{ "v1.VolumeSource", "Glusterfs", "glusterfs", "*core.GlusterfsVolumeSource" },
	{ "v1.VolumeSource", "PersistentVolumeClaim", "persistentVolumeClaim",
		"*core.PersistentVolumeClaimVolumeSource" },
	{ "v1.VolumeSource", "RBD", "rbd", "*core.RBDVolumeSource" },
	{ "v1.VolumeSource", "FlexVolume", "flexVolume", "*core.FlexVolumeSource" },
	{ "v1.VolumeSource", "Cinder", "cinder", "*core.CinderVolumeSource" },
	{ "v1.VolumeSource", "CephFS", "cephfs", "*core.CephFSVolumeSource" },
	{ "v1.VolumeSource", "Flocker", "flocker", "*core.FlockerVolumeSource" },
	{ "v1.VolumeSource", "DownwardAPI", "downwardAPI", "*core.DownwardAPIVolumeSource" },
	{ "v1.VolumeSource", "FC", "fc", "*core.FCVolumeSource" },
	{ "v1.VolumeSource", "AzureFile", "azureFile", "*core.AzureFileVolumeSource" },
	{ "v1.VolumeSource", "ConfigMap", "configMap", "*core.ConfigMapVolumeSource" },
	{ "v1.VolumeSource", "VsphereVolume", "vsphereVolume", "*core.VsphereVirtualDiskVolumeSource" },
	{ "v1.VolumeSource", "Quobyte", "quobyte", "*core.QuobyteVolumeSource" },
	{ "v1.VolumeSource", "AzureDisk", "azureDisk", "*core.AzureDiskVolumeSource" },
	{ "v1.VolumeSource", "PhotonPersistentDisk", "photonPersistentDisk", "*core.PhotonPersistentDiskVolumeSource" },
	{ "v1.VolumeSource", "Projected", "projected", "*core.ProjectedVolumeSource" },
	{ "v1.VolumeSource", "PortworxVolume", "portworxVolume", "*core.PortworxVolumeSource" },
	{ "v1.VolumeSource", "ScaleIO", "scaleIO", "*core.ScaleIOVolumeSource" },
	{ "v1.VolumeSource", "StorageOS", "storageos", "*core.StorageOSVolumeSource" },
	{ "v1.VolumeSource", "CSI", "csi", "*core.CSIVolumeSource" },
	{ "v1.VolumeSource", "Ephemeral", "ephemeral", "*core.EphemeralVolumeSource" },
	{ "v1.VolumeSource", "Image", "image", "*core.ImageVolumeSource" },
	{ "v1.ServiceAccountTokenProjection", "Audience", "audience", "string" },
	{ "v1.ServiceAccountTokenProjection", "ExpirationSeconds", "expirationSeconds", "*int64" },
	{ "v1.ServiceAccountTokenProjection", "Path", "path", "string" },
};

static void show(struct str *out, const char *type, const struct value *value, bool with_type);

/* "*core.Probe" is *v1.Probe in messages and hashes of the versioned types. */
static void
add_type(struct str *out, const char *type)
{
	size_t prefix = strspn(type, "[]*");
	bool internal = !strncmp(type + prefix, "core.", 5);

	str_addf(out, "(%.*s%s%s)", (int)prefix, type, internal ? "v1." : "", type + prefix + (internal ? 5 : 0));
}

/* Those of the versioned type where it is listed above, else of the internal one of the same name. */
static const struct go_field *
versioned_fields(const char *type, size_t *n)
{
	const struct go_field *first = NULL;

	*n = 0;
	for (size_t i = 0; !strncmp(type, "core.", 5) && i < sizeof fields / sizeof *fields; i++) {
		if (strcmp(fields[i].owner + strlen("v1."), type + strlen("core.")) != 0)
			continue;
		if (!first)
			first = &fields[i];
		++*n;
	}
	return first ? first : go_fields(type, n);
}

static void
show_struct(struct str *out, const struct go_field *of, size_t n, const struct value *map)
{
	str_addch(out, '{');
	for (size_t i = 0; i < n; i++) {
		str_addf(out, "%s%s:", i ? " " : "", of[i].name);
		show(out, of[i].type, of[i].json ? value_get(map, of[i].json) : map, true);
	}
	str_addch(out, '}');
}

static void
show_list(struct str *out, const char *element, const struct value *list)
{
	str_add(out, value_count(list) ? "[" : "<nil>");
	for (size_t i = 0; i < value_count(list); i++) {
		str_add(out, i ? " " : "");
		show(out, element, value_at(list, i), false);
	}
	str_add(out, value_count(list) ? "]" : "");
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(((const struct value_entry *)a)->key, ((const struct value_entry *)b)->key);
}

static void
show_map(struct str *out, const char *element, const struct value *map)
{
	size_t n = value_count(map);
	struct value_entry *sorted;

	if (!n) {
		str_add(out, "<nil>");
		return;
	}
	sorted = xcalloc(n, sizeof *sorted);
	memcpy(sorted, map->map.v, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare_keys);
	str_add(out, "map[");
	for (size_t i = 0; i < n; i++) {
		str_addf(out, "%s%s:", i ? " " : "", sorted[i].key);
		show(out, element, sorted[i].value, false);
	}
	str_addch(out, ']');
	free(sorted);
}

static void
show_quantity(struct str *out, const struct value *value)
{
	const char *text = value_text(value);
	struct go_quantity quantity = go_quantity(text ? text : "0");

	str_addf(out, "{i:(resource.int64Amount){value:(int64)%lld scale:(resource.Scale)%d} "
		"d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)%s Format:(resource.Format)%s}",
		quantity.value, quantity.scale, text ? text : "", text ? quantity.format : "");
}

static void
show_intstr(struct str *out, const struct value *value)
{
	const char *text = value_text(value);

	str_addf(out, "{Type:(intstr.Type)%d IntVal:(int32)%lld StrVal:(string)%s}", text ? 1 : 0,
		(long long)(value && value->type == VALUE_INT ? value->integer : 0), text ? text : "");
}

/* Of a struct whose fields are not listed its JSON stands in: another hash, but two templates don't share one. */
static void
show_plain(struct str *out, const char *type, const struct value *value)
{
	if (value && value->type == VALUE_MAP)
		json_write(value, 0, out);
	else if (!strcmp(type, "bool"))
		str_add(out, value && value->type == VALUE_BOOL && value->boolean ? "true" : "false");
	else if (!strncmp(type, "int", 3))
		str_addf(out, "%lld", (long long)(value && value->type == VALUE_INT ? value->integer : 0));
	else if (value_text(value))
		str_add(out, value_text(value));
}

static void
show_pointer(struct str *out, const char *type, const struct value *value)
{
	if (value_is_null(value))
		str_add(out, "<nil>");
	else
		show(out, type + 1, value, false);
}

static void
show(struct str *out, const char *type, const struct value *value, bool with_type)
{
	size_t n;
	const struct go_field *of = versioned_fields(type, &n);

	if (with_type)
		add_type(out, type);
	if (*type == '*')
		show_pointer(out, type, value);
	else if (!strncmp(type, "[]", 2))
		show_list(out, type + 2, value);
	else if (of)
		show_struct(out, of, n, value);
	else if (!strcmp(type, "map[string]string"))
		show_map(out, "string", value);
	else if (!strcmp(type, "core.ResourceList"))
		show_map(out, "resource.Quantity", value);
	else if (!strcmp(type, "resource.Quantity"))
		show_quantity(out, value);
	else if (!strcmp(type, "intstr.IntOrString"))
		show_intstr(out, value);
	else if (!strcmp(type, "v1.Time"))
		str_add(out, "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}");
	else
		show_plain(out, type, value);
}

char *
go_spew(const char *type, const struct value *value)
{
	struct str out = STR_INIT;

	show(&out, type, value, true);
	return str_detach(&out);
}
