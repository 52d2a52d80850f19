using System.Text.Json.Serialization;

namespace OrleansTasks.Tests.Unit;

public sealed class ReturnTests
{
    [JsonDerivedType(typeof(Cat), "cat")]
    public abstract record Pet(string Name);

    public sealed record Cat(string Name, int Lives) : Pet(Name);

    public class Shape
    {
        public int Sides { get; set; } = 3;
    }

    public sealed class Square : Shape
    {
        public int Length { get; set; } = 2;
    }

    public sealed class Loop
    {
        public Loop Self => this;
    }

    public static TheoryData<string, Delegate, string?> Shapes => new()
    {
        { "void", () => { }, null },
        { "value", () => 5, "5" },
        { "Task done", () => Task.CompletedTask, null },
        { "Task later", async () => await Task.Yield(), null },
        { "ValueTask done", () => ValueTask.CompletedTask, null },
        { "ValueTask later", async ValueTask () => await Task.Yield(), null },
        { "Task<T> done", () => Task.FromResult(5), "5" },
        { "Task<T> later", async () => { await Task.Yield(); return 5; }, "5" },
        { "ValueTask<T> done", () => ValueTask.FromResult(5), "5" },
        { "ValueTask<T> later", async ValueTask<int> () => { await Task.Yield(); return 5; }, "5" },
        { "null", string? () => null, "null" },
        { "null later", async Task<string?> () => { await Task.Yield(); return null; }, "null" },
        { "by runtime type", Shape () => new Square(), """{"length":2,"sides":3}""" },
        { "object", object () => new Square(), """{"length":2,"sides":3}""" },
        { "listed derived types", Pet () => new Cat("Tom", 9), """{"$type":"cat","lives":9,"name":"Tom"}""" },
        { "own converter", () => TaskSchedule.Every(TimeSpan.FromDays(1)), """{"every":"1.00:00:00"}""" },
        { "sequence", () => Enumerable.Range(1, 3).Select(i => i * i), "[1,4,9]" },
        { "enum", () => Colour.Green, "\"Green\"" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task InvokeAsync_EachShape_GivesItsValue(string what, Delegate handler, string? expected)
    {
        using var rig = HandlerRig.Of(handler);

        var json = await rig.RunAsync();

        Assert.True(json == expected, $"{what}: {json}");
        Assert.Null(await rig.RunAsync(wantsValue: false));
    }

    public static TheoryData<string, Delegate> FailingHandlers => new()
    {
        { "at once", void () => throw new DivideByZeroException() },
        { "value", int () => throw new DivideByZeroException() },
        { "Task", () => Task.FromException(new DivideByZeroException()) },
        { "Task<T>", () => Task.FromException<int>(new DivideByZeroException()) },
        { "ValueTask", () => ValueTask.FromException(new DivideByZeroException()) },
        { "ValueTask<T>", () => ValueTask.FromException<int>(new DivideByZeroException()) },
        { "Task later", async () => { await Task.Yield(); throw new DivideByZeroException(); } },
        { "lazy sequence", () => Enumerable.Range(0, 3).Select(i => 6 / (2 - i)) },
        { "lazy sequence, late", () => LazyThenFails() },
        { "lazy sequence in a member", () => new { Items = LazyThenFails() } },
        { "property", () => new Failing() },
    };

    [Theory]
    [MemberData(nameof(FailingHandlers))]
    public async Task InvokeAsync_HandlerThrows_ThrowsItsOwnException(string what, Delegate handler)
    {
        using var rig = HandlerRig.Of(handler);

        var e = await Record.ExceptionAsync(() => rig.RunAsync());

        Assert.True(e is DivideByZeroException, $"{what}: {e}");
    }

    [Fact]
    public async Task InvokeAsync_CancelledHandler_ThrowsCancellation()
    {
        using var rig = HandlerRig.Of((CancellationToken stop) => Task.FromCanceled<int>(stop));

        rig.Stop = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.RunAsync());
    }

    private static IEnumerable<int> LazyThenFails()
    {
        yield return 1;
        throw new DivideByZeroException();
    }

    public sealed class Failing
    {
        public int Value => throw new DivideByZeroException();
    }

    public static TheoryData<Delegate, string> Unwritable => new()
    {
        { () => new Loop(), "Loop" },
        { () => double.NaN, "double" },
        { () => typeof(int), "RuntimeType" },
        { object () => Task.CompletedTask, "Task<VoidTaskResult>" },
        { Func<int> () => () => 1, "Func<int>" },
    };

    [Theory]
    [MemberData(nameof(Unwritable))]
    public async Task InvokeAsync_UnserializableValue_FailsOnlyIfReturnValuesAreSent(Delegate handler, string type)
    {
        using var rig = HandlerRig.Of(handler);

        var e = await Assert.ThrowsAsync<TaskValueException>(() => rig.RunAsync());

        Assert.Equal(HandlerRig.Name, e.Task);
        Assert.StartsWith($"The value that the task 'it' returned ({type}) cannot be written as JSON: ", e.Message,
            StringComparison.Ordinal);
        Assert.Null(await rig.RunAsync(wantsValue: false));
    }

    [Fact]
    public async Task InvokeAsync_NullInsteadOfATask_FailsWithTheReason()
    {
        using var rig = HandlerRig.Of(Task () => null!);

        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => rig.RunAsync());

        Assert.Equal("The handler of the task 'it' returned null instead of a Task. Return Task.CompletedTask.", e.Message);
    }

    public static TheoryData<Delegate, string> Refused => new()
    {
        { () => Stream(), "it returns IAsyncEnumerable<int>; a task has one value." },
        { () => Task.FromResult(Stream()), "it returns Task<IAsyncEnumerable<int>>; a task has one value." },
        { () => Task.FromResult(Task.CompletedTask), "it returns Task<Task>; of the awaitable types" },
        { () => Task.Yield(), "it returns YieldAwaitable; of the awaitable types" },
        { () => (1, 2), "it returns ValueTuple<int, int>; the items of a tuple have no names in JSON." },
        { AsyncVoid, "it is async void, so that nobody can tell when it ends; return Task." },
        { (ref int n) => n, "parameter 'n' (int&): it is a ref, out or in parameter" },
        { (in int n) => n, "parameter 'n' (int&): it is a ref, out or in parameter" },
        { (ReadOnlySpan<char> s) => s.Length, "parameter 's' (ReadOnlySpan<char>): a ref struct cannot be filled" },
        { (Action)Delegate.Combine((Action)(() => { }), (Action)(() => { })), "it is a delegate of several methods" },

        {
            (IGreeter g) => g,
            "parameter 'g' (IGreeter): it is not registered in the container and cannot be read from JSON (IGreeter is an interface). "
                + "Register it"
        },
        { ([FromContainer] Settings s) => s, "parameter 's' (Settings): it is not registered in the container. Register it" },

        {
            ([FromArguments] IGreeter g) => g,
            "parameter 'g' (IGreeter): it is marked [FromArguments], and cannot be read from JSON: IGreeter is an interface."
        },
        { ([FromArguments, FromContainer] Settings s) => s, "[FromContainer] and [FromArguments] exclude each other." },
        { (Type t) => t, "parameter 't' (Type): it is not registered in the container and cannot be read from JSON (" },
        { (Func<int> f) => f, "a delegate has no JSON form" },
        { ((int, int) pair) => 1, "the items of a tuple have no names in JSON; a record has" },
        { (List<IGreeter> all) => 1, "cannot be read from JSON (IGreeter is an interface)" },

        {
            ([Microsoft.Extensions.DependencyInjection.FromKeyedServices("k")] IGreeter g) => g,
            "it is not registered in the container under the key 'k'."
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Build_HandlerThatCanNeverBind_IsAFaultThatNamesIt(Delegate handler, string fault)
    {
        using var rig = HandlerRig.Of(handler);

        var only = Assert.Single(rig.Faults);
        Assert.StartsWith("Handler 'it'", only, StringComparison.Ordinal);
        Assert.Contains(fault, only, StringComparison.Ordinal);
        Assert.Empty(rig.Catalog.Names);
    }

    [Fact]
    public void Build_SeveralFaults_AreAllReported()
    {
        using var rig =
            new HandlerRig(b => b.Define("a", (IGreeter one, IComparable two) => 1).Define("b", () => (1, 2)).Define("c", () => 1));

        Assert.Equal(3, rig.Faults.Count);
        Assert.Equal(["c"], rig.Catalog.Names);
    }

    [Fact]
    public async Task InvokeAsync_MethodsOfAllKinds_AreCalled()
    {
        var captured = 40;
        int Local(int n) => n + captured;
        using var local = HandlerRig.Of(Local);
        using var instance = HandlerRig.Of(new Greeter("Hi").Greet);
        using var closed = HandlerRig.Of("ab".Twice);

        Assert.Equal("42", await local.RunAsync([2]));
        Assert.Equal("\"Hi, A!\"", await instance.RunAsync(TaskArguments.Named(("whom", "A"))));
        Assert.Equal("\"abab!\"", await closed.RunAsync(["!"]));
    }

    private static async void AsyncVoid() => await Task.Yield();

    private static async IAsyncEnumerable<int> Stream()
    {
        await Task.Yield();
        yield return 1;
    }
}

internal static class TextExtensions
{
    public static string Twice(this string text, string end) => text + text + end;
}
