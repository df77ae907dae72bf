/*
 * Images and what is installed in them, as their own Dockerfiles have it.  An image that isn't listed has everything: a
 * learner's own image most likely has what the learner asks for.
 */
#include "host/programs.h"

#include <string.h>

#include "host/vfs.h"

/* Groups of programs, each one word of an image's list. */
static const struct {
	const char *name, *programs;
} groups[] = {
	{ "core", "cat echo printf tee head tail wc grep egrep fgrep sed awk sort uniq cut tr base64 seq xargs ls pwd mkdir rmdir rm "
		"cp mv touch env printenv test [ true false sleep date hostname which id whoami uname diff find basename dirname "
		"sh stat md5sum sha256sum nl tac paste comm join expr df du free uptime clear yes timeout rev fold mktemp chmod "
		"chown ln readlink realpath kill nproc tree column less more" },
	{ "bash", "bash" },
	{ "ps", "ps top watch" },
	{ "busybox", "busybox ash vi nc wget nslookup ping traceroute telnet ip ifconfig route netstat ps top watch less more arp "
		"httpd ipcalc" },
	{ "curl", "curl" },
	{ "wget", "wget" },
	{ "bind", "dig nslookup host" },
	{ "netcat", "nc" },	/* OpenBSD's */
	{ "iproute", "ip ss" },
	{ "getent", "getent" },
	{ "net", "ping traceroute nc telnet socat ip ss ifconfig route netstat arp iptables iptables-save conntrack nft ipvsadm "
		"tcpdump ethtool iperf3 nmap jq vi nano" },
	{ "kubectl", "kubectl jq" },
};
#define GROUPS (sizeof groups / sizeof groups[0])

/* NULL: every program; "": not even a shell. */
static const struct {
	const char *image, *groups;
} contents[] = {
	{ "busybox", "core busybox" },
	{ "alpine", "core busybox getent" },
	{ "nginx", "core bash curl getent" },
	{ "httpd", "core bash getent" },
	{ "ubuntu", "core bash ps getent" },
	{ "debian", "core bash getent" },
	{ "python", "core bash ps curl wget getent" },
	{ "node", "core bash ps curl wget getent" },
	{ "golang", "core bash ps curl wget getent" },
	{ "redis", "core bash getent" },
	{ "postgres", "core bash getent" },
	{ "mysql", "core bash curl getent" },
	{ "mariadb", "core bash getent" },
	{ "mongo", "core bash ps getent" },
	{ "rabbitmq", "core bash ps getent" },
	{ "memcached", "core bash getent" },
	{ "curl", "core busybox curl getent" },
	{ "netshoot", "core bash ps busybox curl bind getent net" },
	{ "dnsutils", "core bash ps bind getent" },
	{ "jessie-dnsutils", "core bash ps bind getent" },
	{ "agnhost", "core bash busybox curl bind netcat iproute getent" },
	{ "nettools", "core busybox curl bind getent net" },
	{ "network-multitool", "core bash ps busybox curl wget bind getent net" },
	{ "kubectl", "core bash kubectl getent" },
	{ "echoserver", "core bash getent" },
	{ "httpbin", "core bash getent" },
	{ "coredns", "" }, { "kube-proxy", "core" }, { "pause", "" }, { "whoami", "" }, { "http-echo", "" },
	{ "hello-app", "core busybox" },
	{ "kube-apiserver", "" }, { "kube-controller-manager", "" }, { "kube-scheduler", "" }, { "etcd", "" },
	{ "hello-world", "" }, { "podinfo", "core busybox curl" },
};
#define CONTENTS (sizeof contents / sizeof contents[0])

const struct value *
place_container(const struct shell *shell)
{
	static const char *const lists[] = { "initContainers", "ephemeralContainers", "containers" };
	const struct pod *pod = place_pod(shell);
	const struct value *containers = NULL;

	for (size_t l = 0; pod && l < 3; l++) {
		containers = value_get(value_get(pod->object->root, "spec"), lists[l]);
		for (size_t i = 0; shell->place_container && i < value_count(containers); i++) {
			const char *name = value_get_text(value_at(containers, i), "name");

			if (name && strcmp(name, shell->place_container) == 0)
				return value_at(containers, i);
		}
	}
	return value_at(containers, 0);
}

/* An image's row by the last part of its repository; a tag of -alpine or -slim says what is below it. */
static const char *
groups_of(const struct value *container)
{
	const char *reference = value_get_text(container, "image"), *slash, *name;
	size_t len;

	if (!reference)
		return NULL;
	slash = strrchr(reference, '/');
	name = slash ? slash + 1 : reference;
	len = strcspn(name, ":@");
	for (size_t i = 0; i < CONTENTS; i++)
		if (strlen(contents[i].image) == len && strncmp(contents[i].image, name, len) == 0)
			return strstr(name + len, "alpine") ? "core busybox curl getent" :
				strstr(name + len, "slim") ? "core bash getent" : contents[i].groups;
	return strstr(name + len, "alpine") ? "core busybox getent" : strstr(reference, "distroless") ? "" : NULL;
}

/* Is it one of the words? */
static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (; words; words = strchr(words, ' ') ? strchr(words, ' ') + 1 : NULL)
		if (strncmp(words, word, len) == 0 && (words[len] == ' ' || !words[len]))
			return true;
	return false;
}

bool
programs_has(const struct value *container, const char *name)
{
	const char *have = groups_of(container);

	if (!have)
		return !has_word("kubectl ssh systemctl journalctl crictl", name);
	for (size_t i = 0; i < GROUPS; i++)
		if (has_word(have, groups[i].name) && has_word(groups[i].programs, name))
			return true;
	return false;
}

/* What an image has beside busybox takes the place of busybox's own. */
static bool
is_busybox(const struct value *container, const char *program)
{
	const char *have = groups_of(container);
	bool busybox = have && has_word(have, "busybox");

	for (size_t i = 0; busybox && i < GROUPS; i++)
		if (!has_word("core busybox", groups[i].name) && has_word(have, groups[i].name))
			busybox = !has_word(groups[i].programs, program);
	return busybox;
}

bool
place_is_busybox(const struct shell *shell, const char *program)
{
	const struct value *container = place_container(shell);

	return shell->busybox || (container && is_busybox(container, program));
}
