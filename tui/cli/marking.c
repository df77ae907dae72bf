#include "cli/marking.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "progress/attempts.h"

/* What one work may take; a long exam's script needs a tenth of it. */
#define CPU_SECONDS 20
#define MEMORY_BYTES ((rlim_t)2 << 30)
#define GRADE_BYTES (1u << 20)
#define AT_ONCE 16

/* ---- in the process of one work ---- */

static void
limit(int resource, rlim_t most)
{
	const struct rlimit limit = { most, most };

	setrlimit(resource, &limit);
}

struct replaying {
	struct attempt *attempt;
	size_t left;		/* events up to the last check */
	struct err *err;
};

static bool
count_to_check(void *arg, const struct event_row *row)
{
	size_t *counts = arg;	/* of all, of those up to the last check */

	counts[0]++;
	if (attempt_act_find(row->act) == ACT_check)
		counts[1] = counts[0];
	return true;
}

static bool
replay_event(void *arg, const struct event_row *row)
{
	struct replaying *replaying = arg;
	const struct attempt_event event = { row->at, attempt_act_find(row->act), row->text };

	if (!replaying->left--)
		return false;
	if (event.act == ACT_COUNT)
		err_set(replaying->err, ERR_INPUT, "an event of kind \"%s\" is of another version", row->act);
	else if (!attempt_replay(replaying->attempt, &event, replaying->err))
		return true;
	return false;
}

/* What was done after the last check was never handed in. */
static void
grade_kept(struct grade *grade, struct attempt *attempt, const struct work *work)
{
	struct err err = ERR_INIT;
	struct replaying replaying = { attempt, 0, &err };
	size_t counts[2] = { 0, 0 };

	if (!attempts_events(work->db, work->attempt, count_to_check, counts, &err)) {
		replaying.left = counts[1];
		if (!attempts_events(work->db, work->attempt, replay_event, &replaying, &err) && !err.kind)
			grade_attempt(grade, attempt);
	}
	grade->seconds = work->seconds;
	if (err.kind)
		grade->fault = xasprintf("the events are damaged: %s", err.text);
	else if (grade->points != work->points || grade->of != work->of)
		grade->fault = xasprintf("the document claims %d of %d points, and its events give %d of %d", work->points, work->of,
			grade->points, grade->of);
	err_release(&err);
}

static void
write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			_exit(1);
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static _Noreturn void
be_worker(int fd, const struct work *work, struct grade *grade, struct attempt *attempt)
{
	struct str line = STR_INIT;

	limit(RLIMIT_CPU, CPU_SECONDS);
#ifndef __SANITIZE_ADDRESS__	/* which maps more for itself than any limit */
	limit(RLIMIT_AS, MEMORY_BYTES);
#endif
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_CORE, 0);
	if (work->script)
		grade_script(grade, attempt, work->script);
	else
		grade_kept(grade, attempt, work);
	grade_format(grade, &line);
	write_all(fd, line.buf, line.len);
	_exit(0);
}

/* ---- in the teacher's process ---- */

struct worker {
	pid_t pid;
	int fd;
	size_t work;
};

static int
start_worker(struct worker *worker, const struct marking *marking, size_t i, struct attempt *attempt, struct err *err)
{
	int ends[2];

	if (pipe(ends))
		return err_set(err, ERR_FAILED, "can't make a pipe: %s", strerror(errno));
	*worker = (struct worker){ fork(), ends[0], i };
	if (worker->pid == 0)
		be_worker(ends[1], &marking->works.v[i], &marking->grades[i], attempt);
	close(ends[1]);
	if (worker->pid > 0)
		return 0;
	close(ends[0]);
	return err_set(err, ERR_FAILED, "can't make a process: %s", strerror(errno));
}

static void
read_all(int fd, struct str *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && out->len < GRADE_BYTES)
			str_addn(out, chunk, (size_t)n);
	close(fd);
}

static char *
why_stopped(int status)
{
	if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return xasprintf("stopped: it took more than %d seconds of the processor", CPU_SECONDS);
	if (WIFSIGNALED(status))
		return xasprintf("stopped by signal %d", WTERMSIG(status));
	return xasprintf("stopped: it needed more than %d GiB of memory", (int)(MEMORY_BYTES >> 30));
}

static void
end_worker(const struct worker *worker, struct marking *marking)
{
	struct grade *grade = &marking->grades[worker->work], read;
	struct str line = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;

	read_all(worker->fd, &line);
	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status) {
		grade->fault = why_stopped(status);
	} else if (grade_parse(&read, line.buf, line.len, &err)) {
		grade->fault = xstrdup(err.text);
		err_release(&err);
	} else {
		grade_release(grade);
		*grade = read;
	}
	str_release(&line);
}

/* Workers in turn: the oldest is read first, so that results come in order and no pipe stays full for long. */
struct workers {
	struct worker ring[AT_ONCE];
	size_t first, n, most;
};

static void
end_oldest(struct workers *workers, struct marking *marking, size_t *done)
{
	end_worker(&workers->ring[workers->first], marking);
	workers->first = (workers->first + 1) % AT_ONCE;
	workers->n--;
	++*done;
	if (marking->progress)
		marking->progress(marking->progress_arg, *done, marking->works.n);
}

static bool
same_start(const struct work *a, const struct work *b)
{
	return a->pack == b->pack && a->at == b->at && a->seed == b->seed && a->clock == b->clock;
}

static const struct scenario *
scenario_of(const struct marking *marking, const struct work *work)
{
	return pack_scenario(marking->library->packs[work->pack], work->at);
}

/* The cluster that the work begins with; the last one serves as long as works begin alike. */
static struct attempt *
attempt_for(const struct marking *marking, size_t i, struct attempt *last, struct err *err)
{
	const struct work *work = &marking->works.v[i];

	if (last && i && same_start(work, &marking->works.v[i - 1]))
		return last;
	if (last)
		attempt_free(last);
	return attempt_new(scenario_of(marking, work), work->seed, work->clock ? work->clock : marking->now, err);
}

int
marking_run(struct marking *marking, struct err *err)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct workers workers = { .most = processors > AT_ONCE ? AT_ONCE : processors > 1 ? (size_t)processors : 1 };
	struct attempt *attempt = NULL;
	size_t done = 0;
	int failed = 0;

	marking->grades = xcalloc(marking->works.n + 1, sizeof *marking->grades);
	for (size_t i = 0; i < marking->works.n; i++) {
		const struct work *work = &marking->works.v[i];

		marking->grades[i] = grade_init(work->student, pack_name(marking->library->packs[work->pack]),
			scenario_of(marking, work), work->seed);
	}
	for (size_t i = 0; i < marking->works.n && !failed; i++) {
		attempt = attempt_for(marking, i, attempt, err);
		if (workers.n == workers.most)
			end_oldest(&workers, marking, &done);
		failed = !attempt || start_worker(&workers.ring[(workers.first + workers.n) % AT_ONCE], marking, i, attempt, err);
		workers.n += !failed;
	}
	while (workers.n)
		end_oldest(&workers, marking, &done);
	if (attempt)
		attempt_free(attempt);
	return failed ? -1 : 0;
}

void
marking_release(struct marking *marking)
{
	for (size_t i = 0; i < marking->works.n; i++) {
		free(marking->works.v[i].student);
		free(marking->works.v[i].script);
		if (marking->grades)
			grade_release(&marking->grades[i]);
	}
	vec_release(&marking->works);
	free(marking->grades);
	marking->grades = NULL;
}
