namespace OrleansTasks.Tests.Unit;

/// <summary>Represents an exception whose message throws.</summary>
internal sealed class ThrowingMessageException : Exception
{
    public override string Message => throw new InvalidOperationException("no message");
}

/// <summary>Represents an exception whose members all throw.</summary>
internal sealed class ThrowingEverythingException : Exception
{
    public override string Message => throw new ThrowingMessageException();

    public override string? StackTrace => throw new ThrowingMessageException();

    public override System.Collections.IDictionary Data => throw new ThrowingMessageException();

    public override string? Source => throw new ThrowingMessageException();

    public override string ToString() => throw new ThrowingMessageException();

    public override Exception GetBaseException() => throw new ThrowingMessageException();
}

/// <summary>Represents an exception whose message is null.</summary>
internal sealed class NullMessageException : Exception
{
    public override string Message => null!;
}

/// <summary>Represents an exception whose message blocks until the gate opens.</summary>
internal sealed class BlockingMessageException(ManualResetEventSlim gate) : Exception
{
    public override string Message
    {
        get
        {
            gate.Wait();
            return "at last";
        }
    }
}

/// <summary>Creates exceptions that contain each other, or are deeply nested.</summary>
internal static class Circle
{
    public static Exception Make()
    {
        var inner = new InvalidOperationException("inner");
        var outer = new InvalidOperationException("outer", inner);
        typeof(Exception).GetField("_innerException",
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.SetValue(inner, outer);
        return outer;
    }

    public static Exception Deep(int depth) =>
        Enumerable.Range(0, depth)
            .Aggregate(new InvalidOperationException("deepest"), (inner, n) => new InvalidOperationException($"level {n}", inner));
}
