using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests filters around handlers.</summary>
public sealed class FilterTests
{
    private readonly List<string> _said = [];

    [Fact]
    public async Task Filters_AreCalledInOrder_GlobalOnesFirst()
    {
        using var rig = new HandlerRig(b => b
            .AddFilter(Say("one's"), HandlerRig.Name)
            .AddFilter(Say("first"))
            .AddFilter(Say("second"))
            .AddFilter(Say("other's"), "other")
            .Define("other", () => 1)
            .Define(HandlerRig.Name, () => Note("handler")));
        Assert.Equal("7", await rig.RunAsync());
        Assert.Equal(["first", "second", "one's", "handler", "after one's 7", "after second 7", "after first 7"], _said);
    }

    /// <summary>Filters see the returned value of a handler of any shape, and their own value is the one that is written.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Value_OfEachShape_IsVisibleAndReplaceable(string shape, object? seen, string? json)
    {
        object? found = "nothing";
        using var plain = new HandlerRig(b => Define(b.AddFilter(async (run, next) => found = await next(run)), shape));
        Assert.Equal(json, await plain.RunAsync());
        Assert.Equal(seen, found);

        using var exchanged = new HandlerRig(b => Define(b.AddFilter((run, next) => new ValueTask<object?>(new { Other = true })), shape));
        Assert.Equal("""{"other":true}""", await exchanged.RunAsync());

        using var nothing = new HandlerRig(b => Define(b.AddFilter((run, next) => default), shape));
        Assert.Equal(json is null ? null : "null", await nothing.RunAsync());
        Assert.Null(await plain.RunAsync(wantsValue: false));
    }

    public static TheoryData<string, object?, string?> Shapes => new()
    {
        { "void", null, null },
        { "task", null, null },
        { "value task", null, null },
        { "value", 7, "7" },
        { "null", null, "null" },
        { "task of value", 7, "7" },
        { "value task of value", 7, "7" },
        { "class", "done", "\"done\"" },
    };

    private static TasksBuilder Define(TasksBuilder builder, string shape) => shape switch
    {
        "void" => builder.Define(HandlerRig.Name, () => { }),
        "task" => builder.Define(HandlerRig.Name, async () => await Task.Yield()),
        "value task" => builder.Define(HandlerRig.Name, () => ValueTask.CompletedTask),
        "value" => builder.Define(HandlerRig.Name, () => 7),
        "null" => builder.Define(HandlerRig.Name, () => (string?)null),
        "task of value" => builder.Define(HandlerRig.Name, async () => { await Task.Yield(); return 7; }),
        "value task of value" => builder.Define(HandlerRig.Name, () => new ValueTask<int>(7)),
        _ => builder.Define<Work>(HandlerRig.Name),
    };

    [Fact]
    public async Task Filter_ThatDoesNotCallNext_SkipsTheHandler()
    {
        using var rig =
            new HandlerRig(b => b.AddFilter((_, _) => new ValueTask<object?>(5)).Define(HandlerRig.Name, () => Note("handler")));
        Assert.Equal("5", await rig.RunAsync());
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Filter_ThatCallsNextTwice_CallsTheHandlerTwice()
    {
        using var rig = new HandlerRig(b => b
            .AddFilter(async (run, next) => { await next(run); return await next(run); })
            .AddFilter<Counted>()
            .Define(HandlerRig.Name, () => Note("handler")));
        Assert.Equal("7", await rig.RunAsync());
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public async Task Exceptions_PassThroughFilters_AndCanBeCaught()
    {
        using var thrown = new HandlerRig(
            b => b.AddFilter(Say("outer")).Define(HandlerRig.Name, () => { throw new InvalidOperationException("handler's"); }));
        Assert.Equal("handler's", (await Assert.ThrowsAsync<InvalidOperationException>(() => thrown.RunAsync())).Message);

        using var caught = new HandlerRig(b => b
            .AddFilter(async (run, next) => { try { return await next(run); } catch (InvalidOperationException e) { return e.Message; } })
            .Define(HandlerRig.Name, () => { throw new InvalidOperationException("handler's"); }));
        Assert.Equal("\"handler's\"", await caught.RunAsync());

        using var own =
            new HandlerRig(b => b.AddFilter((_, _) => throw new DoNotRetryException("filter's")).Define(HandlerRig.Name, () => 1));
        Assert.Equal("filter's", (await Assert.ThrowsAsync<DoNotRetryException>(() => own.RunAsync())).Message);
    }

    [Fact]
    public async Task Arguments_ThatDoNotFit_AreSeenByFilters()
    {
        using var rig = new HandlerRig(b => b
            .AddFilter(async (run, next) => { try { return await next(run); } catch (TaskArgumentException e) { return e.Parameter; } })
            .Define(HandlerRig.Name, (int n) => n));
        Assert.Equal("\"n\"", await rig.RunAsync(["x"]));
    }

    /// <summary>A filter sets the tenant in the run's scope, and the handler gets it from there.</summary>
    [Fact]
    public async Task Filter_InTheRunsScope_PreparesServicesOfTheHandler()
    {
        using var rig = new HandlerRig(
            b => b.AddFilter<UseTenant>().Define(HandlerRig.Name, ([FromContainer] Tenant tenant) => tenant.Name),
            s => s.AddScoped<Tenant>());
        Assert.Equal("\"it\"", await rig.RunAsync());
        Assert.Equal("\"it\"", await rig.RunAsync());
    }

    /// <summary>An inner filter is created only when it is reached, so it may depend on what an outer one prepares.</summary>
    [Fact]
    public async Task Filter_InsideAnother_IsCreatedWhenReached()
    {
        using var rig = new HandlerRig(
            b => b.AddFilter<UseTenant>().AddFilter<NeedsTenant>().Define(HandlerRig.Name, () => "handler"),
            s => s.AddScoped<Tenant>());
        Assert.Equal("\"made for it\"", await rig.RunAsync());
    }

    [Fact]
    public async Task Filters_Created_AreDisposedInReverseOrderAfterTheValueIsWritten()
    {
        Disposed.Said = _said;
        using var rig = new HandlerRig(b => b.AddFilter<Disposed>().AddFilter<AlsoDisposed>().Define(HandlerRig.Name, () => Lazily()));
        Assert.Equal("[1]", await rig.RunAsync());
        Assert.Equal(["written", "AlsoDisposed", "Disposed"], _said);

        IEnumerable<int> Lazily()
        {
            _said.Add("written");
            yield return 1;
        }
    }

    [Fact]
    public async Task Filter_RegisteredAsAService_ComesFromTheScope()
    {
        using var rig = new HandlerRig(
            b => b.AddFilter<ITaskRunFilter>().Define(HandlerRig.Name, ([FromContainer] Tenant tenant) => tenant.Name),
            s => s.AddScoped<Tenant>().AddScoped<ITaskRunFilter, UseTenant>());
        Assert.Equal("\"it\"", await rig.RunAsync());
    }

    [Fact]
    public async Task Filter_ThatPassesAnotherRun_IsRejected()
    {
        using var rig = new HandlerRig(b => b.AddFilter((_, next) => next(null!)).Define(HandlerRig.Name, () => 1));
        Assert.Contains("a different run", (await Assert.ThrowsAsync<InvalidOperationException>(() => rig.RunAsync())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_FiltersThatCannotBeCreated_AreReportedAtStart()
    {
        using var rig = new HandlerRig(b => b
            .AddFilter<UseTenant>()
            .AddFilter<ITaskRunFilter>()
            .AddFilter<Closed>()
            .AddFilter<Counted>("missing")
            .Define(HandlerRig.Name, () => 1));
        Assert.Equal(4, rig.Faults.Count);
        Assert.Contains(rig.Faults, f => f.Contains("'missing'", StringComparison.Ordinal));
        Assert.Contains(rig.Faults,
            f => f.Contains("UseTenant", StringComparison.Ordinal) && f.Contains("'tenant'", StringComparison.Ordinal));
        Assert.Contains(rig.Faults, f => f.Contains("ITaskRunFilter", StringComparison.Ordinal));
        Assert.Contains(rig.Faults,
            f => f.Contains("Closed", StringComparison.Ordinal) && f.Contains("public constructor", StringComparison.Ordinal));
    }

    /// <summary>A handler without filters is called directly, as before filters existed.</summary>
    [Fact]
    public async Task Handlers_WithoutFilters_AreNotWrapped()
    {
        using var rig = new HandlerRig(b => b.AddFilter(Say("other's"), "other").Define("other", () => 1).Define(HandlerRig.Name, () => 1));
        Assert.True(
            rig.Catalog.TryGet(HandlerRig.Name, out var bare) && rig.Catalog.TryGet("other", out var filtered)
                && bare.GetType() != filtered.GetType());
        await rig.RunAsync();
        Assert.Empty(_said);
    }

    [Fact]
    public void Headers_OfTasksInCode_AreInTheirDefinitions()
    {
        var headers = new Dictionary<string, string> { ["tenant"] = "acme" };
        using var rig =
            new HandlerRig(
                b => b.Headers("timed", headers).Define(HandlerRig.Name, () => 1)
                    .Schedule("timed", TaskSchedule.Every(TimeSpan.FromHours(1)), HandlerRig.Name));
        Assert.Equal(headers, rig.Catalog.Definitions.Single(d => d.Name == "timed").Headers);
        Assert.Null(rig.Catalog.Definitions.Single(d => d.Name == HandlerRig.Name).Headers);
        Assert.DoesNotContain("headers",
            System.Text.Json.JsonSerializer.Serialize(rig.Catalog.Definitions.Single(d => d.Name == HandlerRig.Name), TaskJson.Options),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Headers_OfNoTaskOrInvalid_AreFaults()
    {
        using var rig = new HandlerRig(b => b
            .Headers("missing", new Dictionary<string, string> { ["a"] = "1" })
            .Headers(HandlerRig.Name, new Dictionary<string, string> { ["a b"] = "1" })
            .Headers(HandlerRig.Name, new Dictionary<string, string> { ["a"] = "1" })
            .Define(HandlerRig.Name, () => 1));
        Assert.Equal(3, rig.Faults.Count);
    }

    private int Note(string said)
    {
        _said.Add(said);
        return 7;
    }

    private Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>> Say(string name) => async (run, next) =>
    {
        _said.Add(name);
        var value = await next(run);
        _said.Add($"after {name} {value}");
        return value;
    };

    public sealed class Tenant
    {
        private string? _name;

        public string Name => _name ?? throw new InvalidOperationException("Nobody has set the tenant.");

        public void Set(string name) => _name = name;
    }

    public sealed class UseTenant(Tenant tenant) : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            tenant.Set(run.Task);
            return next(run);
        }
    }

    public sealed class NeedsTenant(Tenant tenant) : ITaskRunFilter
    {
        private readonly string _madeFor = tenant.Name;

        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next) => new($"made for {_madeFor}");
    }

    public class Counted : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next) => next(run);
    }

    public sealed class Disposed : Counted, IDisposable
    {
        public static List<string> Said { get; set; } = [];

        public void Dispose() => Said.Add(nameof(Disposed));
    }

    public sealed class AlsoDisposed : Counted, IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Disposed.Said.Add(nameof(AlsoDisposed));
            return ValueTask.CompletedTask;
        }
    }

    public sealed class Closed : Counted
    {
        private Closed()
        {
        }
    }

    public sealed class Work : ITaskHandler<TaskArguments, string>
    {
        public Task<string> RunAsync(TaskArguments arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult("done");
    }
}
