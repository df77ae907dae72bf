#include "control/installed.h"

#include <string.h>

#include "control/image.h"
#include "svcsim/distance.h"
#include "svcsim/str.h"

/*
 * Groups of programs, each one word of an image's list.  Those whose name begins with a dot are there, but the simulator doesn't
 * run them: the rest of busybox 1.36's applets, and what Debian's essential packages bring.
 */
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
	{ ".busybox", "[[ acpid add-shell addgroup adduser adjtimex arch arping ascii awk base32 beep blkdiscard blkid blockdev bootchartd "
		"brctl bunzip2 bzcat bzip2 cal chat chattr chgrp chpasswd chpst chroot chrt chvt cksum cmp conspy cpio crc32 crond crontab "
		"cryptpw cttyhack dc dd deallocvt delgroup deluser depmod devmem dhcprelay dmesg dnsd dnsdomainname dos2unix dpkg "
		"dpkg-deb dumpkmap dumpleases ed eject ether-wake expand factor fakeidentd fallocate fbset fbsplash fdflush fdformat "
		"fdisk fgconsole findfs flock freeramdisk fsck fsck.minix fsfreeze fstrim fsync ftpd ftpget ftpput fuser getfattr "
		"getopt getty groups gunzip gzip halt hd hdparm hexdump hexedit hostid hush hwclock i2cdetect i2cdump i2cget i2cset "
		"i2ctransfer ifdown ifenslave ifplugd ifup inetd init insmod install ionice iostat ipaddr ipcrm ipcs iplink ipneigh "
		"iproute iprule iptunnel kbd_mode killall killall5 klogd last link linux32 linux64 linuxrc loadfont loadkmap logger "
		"login logname logread losetup lpd lpq lpr lsattr lsmod lsof lspci lsscsi lsusb lzcat lzma lzop makedevs makemime "
		"man mdev mesg microcom mim mkdosfs mke2fs mkfifo mkfs.ext2 mkfs.minix mkfs.vfat mknod mkpasswd mkswap modinfo "
		"modprobe mount mountpoint mpstat mt nameif nanddump nandwrite nbd-client nice nmeter nohup nologin nsenter "
		"ntpd od openvt partprobe passwd patch pgrep pidof ping6 pipe_progress pivot_root pkill pmap popmaildir poweroff "
		"powertop pscan pstree pwdx raidautorun rdate rdev readahead readprofile reboot reformime remove-shell renice reset "
		"resize resume rpm rpm2cpio rtcwake run-init run-parts runlevel runsv runsvdir rx script scriptreplay seedrng "
		"sendmail setarch setconsole setfattr setfont setkeycodes setlogcons setpriv setserial setsid setuidgid sha1sum "
		"sha3sum sha512sum showkey shred shuf slattach smemcap softlimit split ssl_client start-stop-daemon strings stty su "
		"sulogin sum sv svc svlogd svok swapoff swapon switch_root sync sysctl syslogd tar taskset tc tcpsvd tftp tftpd time "
		"traceroute6 truncate ts tsort tty ttysize tunctl ubiattach ubidetach ubimkvol ubirename ubirmvol ubirsvol "
		"ubiupdatevol udhcpc udhcpc6 udhcpd udpsvd uevent umount uncompress unexpand unix2dos unlink unlzma unshare unxz "
		"unzip users usleep uudecode uuencode vconfig vlock volname w wall who whois xxd xz xzcat zcat zcip" },
	{ ".alpine", "apk getconf iconv ldconfig ldd scanelf ssl_client update-ca-certificates" },
	{ ".debian", "add-shell addpart agetty apt apt-cache apt-cdrom apt-config apt-get apt-key apt-mark arch b2sum base32 basenc "
		"bashbug blkid blockdev chage chcon chfn chgpasswd chgrp choom chpasswd chroot chrt chsh cksum cmp cpgr cppw csplit "
		"dash dd deb-systemd-helper deb-systemd-invoke debconf delpart diff3 dir dircolors dmesg dnsdomainname domainname "
		"dpkg dpkg-deb dpkg-divert dpkg-query dpkg-split dpkg-statoverride dpkg-trigger expand expiry factor faillog "
		"fallocate fincore findfs findmnt flock fmt fsck fsfreeze fstrim getconf getopt getty gpasswd gpgv groupadd groupdel "
		"groupmod groups gunzip gzexe gzip hostid hwclock iconv infocmp install installkernel invoke-rc.d ionice ipcmk ipcrm "
		"ipcs ischroot last lastb lastlog ldconfig ldd link linux32 linux64 locale localedef logger login logname losetup "
		"lsblk lscpu lsipc lslocks lslogins lsmem lsns mawk mcookie mesg mkfifo mkfs mknod mkswap mount mountpoint namei "
		"newgrp newusers nice nohup nologin nsenter numfmt od pager partx passwd pathchk perl pidof pinky pivot_root pldd pr "
		"prlimit ptx pwck rbash rename.ul renice reset rgrep rtcwake run-parts runcon runuser savelog script scriptreplay sdiff "
		"service setarch setpriv setsid setterm sg sha1sum sha224sum sha384sum sha512sum shadowconfig shred shuf split "
		"start-stop-daemon stdbuf stty su sulogin sum swapoff swapon switch_root sync tabs tar taskset tempfile tic toe tput "
		"truncate tset tsort tty tzselect umount uncompress unexpand unlink unshare update-alternatives update-rc.d useradd "
		"userdel usermod users utmpdump vdir vigr vipw wall wdctl whereis who wipefs zcat zcmp zdiff zegrep zfgrep zforce "
		"zgrep zic zless zmore znew" },
	{ ".procps", "free pgrep pidwait pkill pmap pwdx skill slabtop snice sysctl tload uptime vmstat w watch" },
	{ ".all", "" },	/* nothing else is there */
};
#define GROUPS (sizeof groups / sizeof groups[0])

/* "": not even a shell. */
static const struct {
	const char *image, *groups;
} contents[] = {
	{ "busybox", "core busybox .busybox .all" },
	{ "alpine", "core busybox getent .busybox .alpine .all" },
	{ "nginx", "core bash curl getent" },
	{ "httpd", "core bash getent" },
	{ "ubuntu", "core bash ps getent .debian .procps .all" },
	{ "debian", "core bash getent .debian .all" },
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

/* An image's row by the last part of its repository; a tag of -alpine or -slim says what is below it.  NULL: every program. */
static const char *
groups_of(const char *reference)
{
	const char *slash, *name;
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

/* Is it in one of the image's groups?  Also in those that the simulator doesn't run, when all. */
static bool
is_in(const char *have, const char *name, bool all)
{
	for (size_t i = 0; i < GROUPS; i++)
		if (has_word(have, groups[i].name) && (all || groups[i].name[0] != '.') && has_word(groups[i].programs, name))
			return true;
	return false;
}

bool
installed_has(const char *image, const char *program)
{
	const char *have = groups_of(image);

	return have ? is_in(have, program, false) : !has_word("kubectl ssh systemctl journalctl crictl", program);
}

/* What an image has beside busybox takes the place of busybox's own. */
bool
installed_is_busybox(const char *image, const char *program)
{
	const char *have = groups_of(image);
	bool busybox = have && has_word(have, "busybox");

	for (size_t i = 0; busybox && i < GROUPS; i++)
		if (groups[i].name[0] != '.' && !has_word("core busybox", groups[i].name) && has_word(have, groups[i].name))
			busybox = !has_word(groups[i].programs, program);
	return busybox;
}

/* ---- what isn't there ---- */

#define TYPO_LETTERS 5	/* shorter names are too much like each other */

/* Does any image have it?  The rest of a distribution only when all: what is built upon it may have it, too. */
static bool
is_known(const char *name, bool all)
{
	for (size_t i = 0; i < GROUPS; i++)
		if ((all || groups[i].name[0] != '.') && has_word(groups[i].programs, name))
			return true;
	for (const struct image *image = images; image->name; image++)
		if (image->command && strcmp(image->command, name) == 0)
			return true;
	return false;
}

static bool
is_slip_of(const char *words, const char *name)
{
	char word[32];

	for (size_t len; *words; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		if (len < TYPO_LETTERS || len >= sizeof word)
			continue;
		memcpy(word, words, len);
		word[len] = '\0';
		if (word_distance(word, name) == 1)
			return true;
	}
	return false;
}

/* Of a program that is in the image. */
static bool
is_mistyped(const char *have, const char *command, const char *name)
{
	bool found = command && !str_starts(name, command) && is_slip_of(command, name);	/* python3 is no slip of python */

	for (size_t i = 0; i < GROUPS && !found; i++)
		found = groups[i].name[0] != '.' && has_word(have ? have : "core", groups[i].name) &&
			is_slip_of(groups[i].programs, name);
	return found && !is_known(name, true);
}

/* The name of a program in one of the folders for them; NULL: any other path. */
static const char *
name_of(const char *program)
{
	static const char *const folders[] = { "", "/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/" };
	const char *slash = strrchr(program, '/'), *name = slash ? slash + 1 : program;

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (strlen(folders[i]) == (size_t)(name - program) && str_starts(program, folders[i]))
			return name;
	return NULL;
}

bool
installed_lacks(const char *reference, const char *program)
{
	const char *have = groups_of(reference), *name = name_of(program);
	const struct image *image = reference ? image_of(reference) : NULL;
	const char *command = image ? image->command : NULL;

	if (!name || (have && is_in(have, name, true)) || (command && strcmp(command, name) == 0))
		return false;
	if (have && has_word(have, ".all"))
		return true;
	if (have && is_known(name, false))
		return !command || !str_starts(name, command);
	return is_mistyped(have, command, name);
}
