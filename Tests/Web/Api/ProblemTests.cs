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
        foreach (var (method, path) in new[]
        {
            ("POST", "tasks/a/run"), ("GET", "tasks/a"), ("GET", "tasks"), ("GET", "results"), ("GET", "tasks/a/results"),
            ("GET", "scheduler")
        })
        {
            var answer = await _api.SendAsync(method, path);
            var problem = answer.Problem(status, type);
            Assert.True(member is null || problem.TryGetProperty(member, out _), $"{path} lacks {member}");
            Assert.Equal(exception == nameof(TasksOverloadedException) ? TimeSpan.FromSeconds(3) : null, answer.Headers.RetryAfter?.Delta);
        }
    }

    [Fact]
    public async Task Exception_OfAnotherKind_IsA500WithoutDetails()
    {
        _api.Tasks.Failure = new InvalidOperationException("a secret");
        var answer = await _api.SendAsync("GET", "tasks/a");
        answer.Problem(500, "unexpected");
        Assert.DoesNotContain("secret", answer.Text, StringComparison.Ordinal);
    }

    // No part of a problem, such as its detail or path, repeats a long input as a whole.
    [Theory]
    [InlineData("PUT", "tasks/a", "{\"LONG\":1}", "malformed-json")]
    [InlineData("PUT", "tasks/a", "{\"options\":{\"retry\":{\"LONG\":1}}}", "malformed-json")]
    [InlineData("PUT", "tasks/a", "{\"named\":{\"LONG\":1,\"LONG\":2}}", "malformed-json")]
    [InlineData("POST", "tasks/a/run", "{\"headers\":{\"LONG\":1}}", "malformed-json")]
    [InlineData("POST", "broadcasts", "{\"LONG\":1,\"LONG\":2}", "malformed-json")]
    public async Task Body_WithAVeryLongName_IsNotRepeatedInTheAnswer(string method, string path, string body, string type)
    {
        var answer = await _api.SendAsync(method, path, body.Replace("LONG", new string('x', 500_000), StringComparison.Ordinal));

        answer.Problem(400, type);
        Assert.True(answer.Text.Length < 4_000, $"{answer.Text.Length} characters");
    }

    [Fact]
    public async Task Query_WithAVeryLongValue_IsNotRepeatedInTheAnswer()
    {
        foreach (var path in new[]
        {
            "tasks?limit=LONG", "tasks?state=LONG", "tasks?after=LONG&sort=nextDue", "tasks/a/occurrences?from=LONG", "runs/LONG"
        })
        {
            var answer = await _api.SendAsync("GET", path.Replace("LONG", new string('x', 5_000), StringComparison.Ordinal));
            Assert.True(answer.Status is 400 or 404 && answer.Text.Length < 2_000,
                $"{path}: {answer.Status}, {answer.Text.Length} characters");
        }
    }

    [Fact]
    public async Task Exception_WithSentText_ShowsItsBeginningOnly()
    {
        var name = new string('x', 500_000);
        foreach (var failure in new TaskException[]
        {
            new TaskArgumentException(name, name, name), new InvalidTaskException(name, [name]), new TaskNotFoundException(name)
        })
        {
            _api.Tasks.Failure = failure;
            var answer = await _api.SendAsync("GET", "tasks/a");
            Assert.True(answer.Text.Length < 20_000, $"{failure.GetType().Name}: {answer.Text.Length} characters");
        }
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
