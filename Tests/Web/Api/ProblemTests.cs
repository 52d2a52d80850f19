namespace OrleansTasks.Tests.Web;

public sealed class ProblemTests : IAsyncLifetime
{
    private static readonly RunId Run = new("a", Guid.Empty);
    private ApiHost _api = null!;

    public static TheoryData<string, int, string, string?> Problems => new()
    {
        { nameof(TaskNotFoundException), 404, "task-not-found", "task" },
        { nameof(RunNotFoundException), 404, "run-not-found", "runId" },
        { nameof(TaskArgumentException), 400, "invalid-argument", "parameter" },
        { nameof(InvalidTaskException), 400, "invalid-task", "errors" },
        { nameof(TaskConflictException), 409, "task-conflict", "task" },
        { nameof(IdempotencyConflictException), 422, "idempotency-conflict", "differences" },
        { nameof(RequestForgottenException), 409, "request-forgotten", "runId" },
        { nameof(TaskCancelledException), 409, "task-cancelled", "task" },
        { nameof(PayloadTooLargeException), 413, "too-large", "limit" },
        { nameof(SchedulerStoppedException), 503, "scheduler-stopped", "task" },
        { nameof(ClusterUnreachableException), 503, "cluster-unreachable", null },
        { nameof(TasksOverloadedException), 503, "overloaded", "task" },
        { nameof(TaskTimeoutException), 504, "timed-out", "runId" },
    };

    public async ValueTask InitializeAsync() => _api = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [MemberData(nameof(Problems))]
    public async Task Exception_OfTheLibrary_BecomesAProblem(string exception, int status, string type, string? member)
    {
        _api.Tasks.Failure = Make(exception);
        foreach (var (method, path) in new[] { ("POST", "tasks/a/run"), ("GET", "tasks/a"), ("GET", "tasks"), ("GET", "results"), ("GET", "tasks/a/results"), ("GET", "scheduler") })
        {
            var answer = await _api.SendAsync(method, path);
            var problem = answer.Problem(status, type);
            Assert.True(member is null || problem.TryGetProperty(member, out _), $"{path} lacks {member}");
            Assert.Equal(exception == nameof(TasksOverloadedException) ? TimeSpan.FromSeconds(3) : null, answer.Headers.RetryAfter?.Delta);
        }
    }

    [Fact]
    public async Task Exception_OfAnotherKind_IsA500ThatTellsNothing()
    {
        _api.Tasks.Failure = new InvalidOperationException("a secret");
        var answer = await _api.SendAsync("GET", "tasks/a");
        answer.Problem(500, "unexpected");
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    private static TaskException Make(string exception) => exception switch
    {
        nameof(TaskNotFoundException) => new TaskNotFoundException("a"),
        nameof(RunNotFoundException) => new RunNotFoundException(Run),
        nameof(TaskArgumentException) => new TaskArgumentException("a", "n", "n is no number."),
        nameof(InvalidTaskException) => new InvalidTaskException("a", ["one", "two"]),
        nameof(TaskConflictException) => new TaskConflictException("a", "It exists."),
        nameof(IdempotencyConflictException) => new IdempotencyConflictException("a", "k", Run, ["The argument 'n' has another value."]),
        nameof(RequestForgottenException) => new RequestForgottenException(Run),
        nameof(TaskCancelledException) => new TaskCancelledException("a"),
        nameof(PayloadTooLargeException) => new PayloadTooLargeException("a", "The message", 2, 1),
        nameof(SchedulerStoppedException) => new SchedulerStoppedException("a"),
        nameof(ClusterUnreachableException) => new ClusterUnreachableException("Nobody answers."),
        nameof(TasksOverloadedException) => new TasksOverloadedException("a", "Full.", TimeSpan.FromSeconds(2.5)),
        nameof(TaskTimeoutException) => new TaskTimeoutException(Run, TimeSpan.FromSeconds(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(exception)),
    };
}
