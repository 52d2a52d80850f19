using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>Provides handlers that misbehave, and that the cluster must withstand. The checker's own silos have them.</summary>
internal static class HostileHandlers
{
    /// <summary>Throws an exception whose members throw, that is nested 10,000 deep, or whose message is very long.</summary>
    public const string Throws = "throws";

    /// <summary>Logs and returns about as much as a run may.</summary>
    public const string Chatty = "chatty";

    /// <summary>Ends its process.</summary>
    public const string Deadly = "deadly";

    /// <summary>Ends its process too, but first records that it began.</summary>
    public const string Mortal = "mortal";

    /// <summary>Takes an argument whose constructor ends the process, but first records the call.</summary>
    public const string Fatal = "fatal";

    /// <summary>Throws an exception whose message calls itself without end.</summary>
    public const string Endless = "endless";
    private const int Lines = 500;
    private const int LineLength = 1_000;
    private const int ValueLength = 400_000;

    /// <summary>The number of kinds of exceptions.</summary>
    public const int Kinds = 4;

    public static void Define(TasksBuilder tasks) => tasks
        .Define(Throws, (int kind) => { throw Make(kind); })
        .Define(Chatty, (ILogger<TasksBuilder> log) =>
        {
            for (var line = 0; line < Lines; line++)
            {
                log.LogInformation("{Line}", new string('x', LineLength));
            }

            return new string('y', ValueLength);
        })
        .Define(Endless, () => { throw new EndlessException(); })
        .Define(Deadly, End);

    /// <summary>Ends the process.</summary>
    public static void End() => Environment.FailFast("A handler ends its process.");

    private static Exception Make(int kind) => kind switch
    {
        0 => new HostileException(),
        1 => new AggregateException(new HostileException(), new InvalidOperationException("beside it")),
        2 => Enumerable.Range(0, 10_000)
            .Aggregate(new InvalidOperationException("deepest"), static (inner, n) => new InvalidOperationException($"level {n}", inner)),
        _ => new InvalidOperationException(new string('z', 200_000)),
    };

    /// <summary>Represents an argument that ends the process that reads it.</summary>
    public sealed class FatalArgument
    {
        public FatalArgument(string text)
        {
            Text = text;
            OnRead();
            End();
        }

        /// <summary>Gets or sets the action that is called when an argument is read.</summary>
        public static Action OnRead { get; set; } = static () => { };

        public string Text { get; }
    }

    private sealed class EndlessException : Exception
    {
        public override string Message => $"{nameof(EndlessException)}: {Message}";
    }

    private sealed class HostileException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string? StackTrace => throw new InvalidOperationException("no stack");

        public override System.Collections.IDictionary Data => throw new InvalidOperationException("no data");

        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
