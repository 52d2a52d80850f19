using System.Text.Json;

namespace OrleansTasks.Tests.Unit.Values;

public sealed class ValueMismatchTests
{
    [Fact]
    public void GetValue_OfAnotherType_NamesTaskTypeAndValue()
    {
        var result = Result("\"a text\"");

        var error = Assert.Throws<TaskValueMismatchException>(() => result.GetValue<int>());

        Assert.Equal(("task", "System.Int32", "\"a text\""), (error.Task, error.ExpectedType, error.Value));
        Assert.All(new[] { "task~", "System.Int32", "a text" }, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.IsType<JsonException>(error.InnerException);
    }

    [Fact]
    public void GetValue_OfALargeValue_ShowsItsBeginningWithWholeCharacters()
    {
        var error = Assert.Throws<TaskValueMismatchException>(
            () => Result($"\"{new string('x', 198)}\U0001F468\u202E{new string('y', 1 << 20)}\"").GetValue<int>());

        Assert.Equal($"\"{new string('x', 198)}…", error.Value);
        Assert.InRange(error.Message.Length, 200, 1_000);
    }

    [Fact]
    public void GetValue_TypeThrows_IsTheSameError() =>
        Assert.Throws<TaskValueMismatchException>(() => Result("{\"n\":-1}").GetValue<Strict>());

    [Fact]
    public void GetValue_OfABroadcast_NamesTheType() =>
        Assert.Equal("System.Int32",
            Assert.Throws<TaskValueMismatchException>(() => new BroadcastMessage { Json = "\"x\""u8.ToArray() }.GetValue<int>())
                .ExpectedType);

    private static TaskResult Result(string json) =>
        new() { RunId = new RunId("task", Guid.NewGuid()), Status = RunStatus.Succeeded, Json = System.Text.Encoding.UTF8.GetBytes(json) };

    private sealed record Strict(int N)
    {
        public int N { get; } = N >= 0 ? N : throw new ArgumentOutOfRangeException(nameof(N));
    }
}
