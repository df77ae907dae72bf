#include "cluster/logs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "control/image.h"
#include "control/process.h"
#include "control/serve.h"

void
logs_release(struct logs *logs)
{
	const struct map_entry *entry;

	for (size_t i = 0; (entry = map_next(&logs->texts, &i));) {
		str_release(entry->value);
		free(entry->value);
	}
	map_release(&logs->texts);
}

static char *
key_of(const struct pod *pod, const char *container)
{
	const char *uid = value_text(value_path(pod->object->root, "metadata.uid"));

	return xasprintf("%s/%s", uid ? uid : pod->object->name, container);
}

static struct str *
text_of(struct logs *logs, const char *key)
{
	struct str *text = map_get(&logs->texts, key);

	if (text)
		return text;
	text = xcalloc(1, sizeof *text);
	str_init(text);
	map_set(&logs->texts, key, text);
	return text;
}

/* Half of the lines go at once, so that this is rare. */
static void
forget_oldest(struct str *text)
{
	size_t lines = 0;
	const char *at = text->buf;
	struct str kept = STR_INIT;

	for (const char *c = text->buf; *c; c++)
		lines += *c == '\n';
	if (lines <= LOG_LINES_MAX)
		return;
	for (size_t i = 0; i < LOG_LINES_MAX / 2; i++)
		at = strchr(at, '\n') + 1;
	str_add(&kept, at);
	str_release(text);
	*text = kept;
}

static void
add_time(int64_t when, struct str *out)
{
	char time[CLOCK_TEXT];

	clock_format(when, time);
	str_addf(out, "%.19s.%09lldZ ", time, (long long)(when % CLOCK_SECOND));
}

void
logs_append(struct logs *logs, const struct pod *pod, const char *container, int64_t when, const char *line)
{
	char *key = key_of(pod, container);
	struct str *text = text_of(logs, key);

	add_time(when, text);
	str_addf(text, "%s\n", line);
	forget_oldest(text);
	free(key);
}

/* ---- what images say when they start ---- */

/* What runs instead of the image's own program starts in silence, unless it is a program that is known. */
enum start_of { OF_IMAGE, OF_PROGRAM, OF_BARE_IMAGE /* without any words */ };

static const struct start {
	const char *name;
	/* lines; %d is the date as nginx and Go write it, %k as klog (%K: an error), %a as Apache; %i the pod's address, %t its TCP port, %u UDP */
	const char *lines;
	enum start_of of;
} starts[] = {
	{ "nginx", "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration\n"
		"/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/\n"
		"/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh\n"
		"10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf\n"
		"10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n"
		"/docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n"
		"/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh\n"
		"/docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh\n"
		"/docker-entrypoint.sh: Configuration complete; ready for start up\n"
		"%d [notice] 1#1: using the \"epoll\" event method\n%d [notice] 1#1: nginx/1.27.3\n"
		"%d [notice] 1#1: built by gcc 12.2.0 (Debian 12.2.0-14) \n%d [notice] 1#1: OS: Linux 6.8.0-51-generic\n"
		"%d [notice] 1#1: getrlimit(RLIMIT_NOFILE): 1048576:1048576\n%d [notice] 1#1: start worker processes\n"
		"%d [notice] 1#1: start worker process 29\n%d [notice] 1#1: start worker process 30\n", OF_IMAGE },
	{ "httpd", "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using %i. "
		"Set the 'ServerName' directive globally to suppress this message\n"
		"[%a] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.62 (Unix) configured -- resuming normal operations\n"
		"[%a] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n", OF_IMAGE },
	{ "whoami", "%d Starting up on port 80\n", OF_IMAGE },
	{ "http-echo", "%d [INFO] server is listening on :5678\n", OF_IMAGE },
	{ "hello-app", "%d Server listening on port 8080\n", OF_IMAGE },
	{ "coredns", ".:53\nCoreDNS-1.11.3\nlinux/amd64, go1.21.11, a6338e9\n", OF_IMAGE },
	{ "library/hello-world", "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"
		"To generate this message, Docker took the following steps:\n 1. The Docker client contacted the Docker daemon.\n"
		" 2. The Docker daemon pulled the \"hello-world\" image from the Docker Hub.\n    (amd64)\n"
		" 3. The Docker daemon created a new container from that image which runs the\n"
		"    executable that produces the output you are currently reading.\n"
		" 4. The Docker daemon streamed that output to the Docker client, which sent it\n    to your terminal.\n\n"
		"To try something more ambitious, you can run an Ubuntu container with:\n $ docker run -it ubuntu bash\n\n"
		"Share images, automate workflows, and more with a free Docker ID:\n https://hub.docker.com/\n\n"
		"For more examples and ideas, visit:\n https://docs.docker.com/get-started/\n\n", OF_IMAGE },
	{ "redis", "1:C %d * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo\n1:M %d * Ready to accept connections tcp\n", OF_IMAGE },
	{ "agnhost", "Paused\n", OF_BARE_IMAGE },
	{ "netexec", "%d Started HTTP server on port %t\n", OF_PROGRAM },
	{ "netexec", "%d Started UDP server on port  %u\n", OF_PROGRAM },
	{ "serve-hostname", "%d Serving on port %t.\n", OF_PROGRAM },
};

static void
add_date(char form, int64_t when, struct str *out)
{
	char iso[CLOCK_TEXT], date[CLOCK_TEXT];

	clock_format(when, iso);
	clock_format_date(when, date);	/* "Mon Nov 23 03:40:41 UTC 2026" */
	if (form == 'd')
		str_addf(out, "%.4s/%.2s/%.2s %.8s", iso, iso + 5, iso + 8, iso + 11);
	else if (form == 'k' || form == 'K')
		str_addf(out, "%c%.2s%.2s %.8s.000000       1", form == 'k' ? 'I' : 'E', iso + 5, iso + 8, iso + 11);
	else
		str_addf(out, "%.19s.000000 %s", date, date + 24);
}

static bool
start_fits(const struct start *start, const struct pod *pod, const struct value *container, const struct image *image)
{
	bool words = value_count(value_get(container, "command")) || value_count(value_get(container, "args"));

	if (start->of == OF_PROGRAM)
		return strcmp(serve_name(pod, container), start->name) == 0 &&
			(!strstr(start->lines, "%u") || serve_port(pod, container, PROTOCOL_UDP));
	return image && strcmp(image->name, start->name) == 0 &&
		!(start->of == OF_BARE_IMAGE ? words : process_has_words(container));
}

static void
add_start(const char *lines, const struct pod *pod, const struct value *container, int64_t when, struct str *out)
{
	char ip[IP_TEXT];

	for (const char *c = lines; *c; c++) {
		if (c == lines || c[-1] == '\n')
			add_time(when, out);
		if (*c != '%' || !c[1])
			str_addch(out, *c);
		else if (*++c == 'i')
			str_add(out, ip_format(&pod->ip, ip));
		else if (*c == 't' || *c == 'u')
			str_addf(out, "%u", (unsigned)serve_port(pod, container, *c == 't' ? PROTOCOL_TCP : PROTOCOL_UDP));
		else
			add_date(*c, when, out);
	}
}

/* Logs of clusters of v1.32.13 (cmd/kube-proxy/app: server_linux.go, server.go). */
static void
add_proxy_start(const struct settings *settings, const struct pod *pod, const struct value *container, int64_t when,
	struct str *out)
{
	static const struct { int line; const char *before; } modes[] = {
		[PROXY_IPTABLES] = { 170, "%k server_linux.go:66] \"Using iptables proxy\"\n" }, [PROXY_NFTABLES] = { 292, "" },
		[PROXY_IPVS] = { 231, "" },
	};
	const struct proxy_settings *proxy = &settings->proxy;
	struct str lines = STR_INIT;

	str_addf(&lines, "%s%%k server.go:698] \"Successfully retrieved node IP(s)\" IPs=[\"%%i\"]\n", modes[proxy->mode].before);
	str_add(&lines, "%k conntrack.go:121] \"Set sysctl\" entry=\"net/netfilter/nf_conntrack_max\" value=131072\n"
		"%k conntrack.go:60] \"Setting nf_conntrack_max\" nfConntrackMax=131072\n"
		"%k conntrack.go:121] \"Set sysctl\" entry=\"net/netfilter/nf_conntrack_tcp_timeout_established\" value=86400\n"
		"%k conntrack.go:121] \"Set sysctl\" entry=\"net/netfilter/nf_conntrack_tcp_timeout_close_wait\" value=3600\n");
	if (proxy->mode != PROXY_NFTABLES && !proxy->nnode_port_addresses)
		str_add(&lines, "%K server.go:234] \"Kube-proxy configuration may be incomplete or incorrect\" err=\"nodePortAddresses is unset; "
			"NodePort connections will be accepted on all local IPs. Consider using `--nodeport-addresses primary`\"\n");
	str_addf(&lines, "%%k server.go:243] \"kube-proxy running in dual-stack mode\" primary ipFamily=\"%s\"\n"
		"%%k server_linux.go:%d] \"Using %s Proxier\"\n", pod->ip.family == IP_V6 ? "IPv6" : "IPv4", modes[proxy->mode].line,
		proxy_mode_name(proxy->mode));
	if (proxy->mode == PROXY_IPTABLES && proxy->localhost_node_ports && !proxy->nnode_port_addresses)
		str_add(&lines, "%k proxier.go:255] \"Setting route_localnet=1 to allow node-ports on localhost; to change this either disable "
			"iptables.localhostNodePorts (--iptables-localhost-nodeports) or set nodePortAddresses (--nodeport-addresses) to filter "
			"loopback addresses\" ipFamily=\"IPv4\"\n");
	str_addf(&lines, "%%k server.go:497] \"Version info\" version=\"%s\"\n", settings->kubernetes_version);
	str_add(&lines, "%k server.go:499] \"Golang settings\" GOGC=\"\" GOMAXPROCS=\"\" GOTRACEBACK=\"\"\n"
		"%k config.go:329] \"Starting node config controller\"\n"
		"%k shared_informer.go:313] Waiting for caches to sync for node config\n"
		"%k config.go:199] \"Starting service config controller\"\n"
		"%k shared_informer.go:313] Waiting for caches to sync for service config\n"
		"%k config.go:105] \"Starting endpoint slice config controller\"\n"
		"%k shared_informer.go:313] Waiting for caches to sync for endpoint slice config\n"
		"%k shared_informer.go:320] Caches are synced for node config\n"
		"%k shared_informer.go:320] Caches are synced for endpoint slice config\n"
		"%k shared_informer.go:320] Caches are synced for service config\n");
	add_start(lines.buf, pod, container, when, out);
	str_release(&lines);
}

int64_t
logs_time(const char *line)
{
	char time[LOG_TIME + 1] = { 0 };
	int64_t when = 0;

	memcpy(time, line, LOG_TIME);
	return clock_parse(time, &when) ? when : 0;
}

/* What ran before the process, or after it, has other times. */
static void
add_between(const char *text, int64_t from, int64_t to, struct str *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n") + 1;
		int64_t when = logs_time(text);

		if (when >= from && when < to)
			str_addn(out, text, len);
		text += len;
	}
}

void
logs_text(const struct logs *logs, const struct settings *settings, const struct pod *pod,
	const struct value *container, int64_t from, int64_t to, struct str *out)
{
	const char *name = value_get_text(container, "name"), *reference = value_get_text(container, "image");
	const struct image *image = reference ? image_of(reference) : NULL;
	char *key = key_of(pod, name ? name : "");
	const struct str *text = map_get(&logs->texts, key);

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
		if (start_fits(&starts[i], pod, container, image))
			add_start(starts[i].lines, pod, container, from, out);
	if (image && strcmp(image->name, "kube-proxy") == 0)
		add_proxy_start(settings, pod, container, from, out);
	if (text)
		add_between(text->buf, from, to, out);
	free(key);
}

void
logs_put(struct logs *logs, const char *key, const char *text)
{
	struct str *entry = text_of(logs, key);

	str_clear(entry);
	str_add(entry, text);
}
