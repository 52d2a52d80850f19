using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Unit;

public sealed class ClassHandlerTests
{
    public sealed record Mail(string To, string Subject = "none");

    public sealed class Journal : List<string>;

    public sealed class SendMail(Journal journal, IGreeter greeter) : ITaskHandler<Mail, string>, IAsyncDisposable, IDisposable
    {
        public async Task<string> RunAsync(Mail arguments, TaskRunContext run, CancellationToken cancellationToken)
        {
            await Task.Yield();
            journal.Add("ran");
            return arguments.To == "nobody"
                ? throw new InvalidOperationException("No such address.")
                : greeter.Greet(arguments.To) + arguments.Subject;
        }

        public ValueTask DisposeAsync()
        {
            journal.Add("disposed");
            return ValueTask.CompletedTask;
        }

        public void Dispose() => journal.Add("disposed synchronously");
    }

    public sealed class Square : ITaskHandler<int, int>
    {
        public Task<int> RunAsync(int n, TaskRunContext run, CancellationToken cancellationToken) => Task.FromResult(n * n);
    }

    public sealed class CountAll : ITaskHandler<TaskArguments, int>
    {
        public Task<int> RunAsync(TaskArguments arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult(arguments.Count);
    }

    public sealed class City : ITaskHandler<Settings, string>
    {
        public Task<string> RunAsync(Settings arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult("in " + arguments.City);
    }

    public sealed class Optional : ITaskHandler<Mail?, bool>
    {
        public Task<bool> RunAsync(Mail? arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult(arguments is null);
    }

    public sealed class Both : ITaskHandler<int, int>, ITaskHandler<string, int>
    {
        public Task<int> RunAsync(int arguments, TaskRunContext run, CancellationToken cancellationToken) => Task.FromResult(1);

        public Task<int> RunAsync(string arguments, TaskRunContext run, CancellationToken cancellationToken) => Task.FromResult(2);
    }

    public abstract class Abstract : ITaskHandler<int, int>
    {
        public abstract Task<int> RunAsync(int arguments, TaskRunContext run, CancellationToken cancellationToken);
    }

    public sealed class TwoConstructors : ITaskHandler<int, int>
    {
        public TwoConstructors()
        {
        }

        public TwoConstructors(IGreeter greeter) => _ = greeter;

        public Task<int> RunAsync(int arguments, TaskRunContext run, CancellationToken cancellationToken) => Task.FromResult(1);
    }

    private static void Mailing(IServiceCollection services) => services.AddSingleton<Journal>().AddScoped<IGreeter>(_ => new Greeter());

    [Fact]
    public async Task InvokeAsync_OneArgumentOrNamedOnes_AreReadAsOneObject()
    {
        using var rig = HandlerRig.Of<SendMail>(Mailing);

        Assert.Equal("\"Hello, A!none\"", await rig.RunAsync([new { to = "A" }]));
        Assert.Equal("\"Hello, A!x\"", await rig.RunAsync(TaskArguments.Named(("subject", "x"), ("to", "A"))));
        Assert.Equal("\"Hello, A!none\"", await rig.RunAsync(TaskArguments.From(new Mail("A"))));
    }

    [Fact]
    public async Task InvokeAsync_EndOfRun_DisposesTheHandlerOnceAsynchronously()
    {
        using var rig = HandlerRig.Of<SendMail>(Mailing);

        await rig.RunAsync([new Mail("A")]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => rig.RunAsync([new Mail("nobody")]));

        Assert.Equal(["ran", "disposed", "ran", "disposed"], rig.Services.GetRequiredService<Journal>());
    }

    [Fact]
    public async Task InvokeAsync_UnfittingArguments_CreateNoHandler()
    {
        using var rig = HandlerRig.Of<SendMail>(Mailing);

        await Assert.ThrowsAsync<TaskArgumentException>(() => rig.RunAsync([5]));

        Assert.Empty(rig.Services.GetRequiredService<Journal>());
    }

    [Fact]
    public async Task InvokeAsync_ScalarArgument_IsTheOnlyPositionalArgument()
    {
        using var rig = HandlerRig.Of<Square>();

        Assert.Equal("49", await rig.RunAsync([7]));
        Assert.Equal("n", rig.CheckFails([]).Parameter);
        Assert.Equal(
            "The argument 'n' (int) does not fit: a JSON object was given. At $: The JSON value could not be converted to System.Int32.",
            rig.CheckFails(TaskArguments.Named(("n", 1))).Message);
        Assert.Equal("The task 'it' takes at most 1 positional argument, 3 were given.", rig.CheckFails([1, 2, 3]).Message);
        Assert.Equal("The argument 'n' (int) is given twice. Give it "
            + "once.", rig.CheckFails(TaskArguments.Of(1).WithNamed(TaskArguments.Named(("n", 1)))).Message);
        Assert.Equal("The argument 'n' (int) does not take null. Give a value.", rig.CheckFails([null]).Message);
    }

    [Fact]
    public async Task InvokeAsync_TaskArguments_ArePassedUnchanged()
    {
        using var rig = HandlerRig.Of<CountAll>();

        Assert.Equal("3", await rig.RunAsync([1, "a", null]));
    }

    public static TheoryData<TaskArguments> Misspelled => new()
    {
        TaskArguments.Named(("to", "A"), ("subjct", "x")),
        TaskArguments.From(new { to = "A", subjct = "x" }),
        TaskArguments.Create([new { to = "A", subjct = "x" }]),
    };

    [Theory]
    [MemberData(nameof(Misspelled))]
    public async Task InvokeAsync_MisspelledName_IsRejectedAsForADelegate(TaskArguments arguments)
    {
        using var rig = HandlerRig.Of<SendMail>(Mailing);

        var check = rig.CheckFails(arguments);
        var run = await Assert.ThrowsAsync<TaskArgumentException>(() => rig.RunAsync(arguments));

        Assert.Equal("The task 'it' has no parameter 'subjct'; it has: to, subject.", check.Message);
        Assert.Equal("subjct", check.Parameter);
        Assert.Equal(check.Message, run.Message);
    }

    [Fact]
    public async Task InvokeAsync_NamesInAnotherCaseOrForAnOpenType_AreAccepted()
    {
        using var mail = HandlerRig.Of<SendMail>(Mailing);
        using var loose = HandlerRig.Of<Loose>();

        Assert.Equal("\"Hello, A!x\"", await mail.RunAsync(TaskArguments.Named(("TO", "A"), ("Subject", "x"))));
        Assert.Equal("1", await loose.RunAsync(TaskArguments.Named(("to", "A"), ("more", 1))));
    }

    public sealed record LooseArguments(string To)
    {
        [System.Text.Json.Serialization.JsonExtensionData]
        public Dictionary<string, System.Text.Json.JsonElement>? More { get; set; }
    }

    public sealed class Loose : ITaskHandler<LooseArguments, int>
    {
        public Task<int> RunAsync(LooseArguments arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            Task.FromResult(arguments.More?.Count ?? 0);
    }

    [Fact]
    public async Task InvokeAsync_NoArguments_AreAnEmptyObjectIfAllMembersAreOptional()
    {
        using var city = HandlerRig.Of<City>();
        using var optional = HandlerRig.Of<Optional>();
        using var mail = HandlerRig.Of<SendMail>(Mailing);

        Assert.Equal("\"in \"", await city.RunAsync());
        Assert.Equal("true", await optional.RunAsync());
        var e = mail.CheckFails([]);
        Assert.StartsWith("The argument 'arguments' (Mail) is missing: the task 'it' needs it; without it: ", e.Message,
            StringComparison.Ordinal);
        Assert.Contains("'to'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ClassWithoutAHandlerMethod_IsAFault()
    {
        using var none = HandlerRig.Of<Greeter>();
        using var both = HandlerRig.Of<Both>();
        using var unmade = HandlerRig.Of<Abstract>();
        using var two = HandlerRig.Of<TwoConstructors>();
        using var unregistered = HandlerRig.Of<SendMail>(s => s.AddSingleton<Journal>());

        Assert.Equal(["Handler 'it': Greeter does not implement ITaskHandler<TArguments, TResult>. Implement it."], none.Faults);
        Assert.StartsWith("Handler 'it': Both implements ITaskHandler<TArguments, TResult> 2 times;", Assert.Single(both.Faults),
            StringComparison.Ordinal);
        Assert.StartsWith("Handler 'it': Abstract is abstract", Assert.Single(unmade.Faults), StringComparison.Ordinal);
        Assert.StartsWith("Handler 'it': TwoConstructors needs one public constructor", Assert.Single(two.Faults),
            StringComparison.Ordinal);
        Assert.Equal(["Handler 'it', constructor parameter 'greeter' (IGreeter): it is not registered in the container. Register it, or "
            + "give the parameter a default."], unregistered.Faults);
    }
}
