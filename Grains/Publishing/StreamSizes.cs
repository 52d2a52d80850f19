using System.Text;
using OrleansTasks.Grains;

namespace OrleansTasks.Publishing;

/// <summary>Estimates how many bytes items take on a stream. It rather overestimates than underestimates.</summary>
internal static class StreamSizes
{
    // The size of ids, instants, names and similar data, including the message format.
    private const int Fixed = 512;
    private const int FixedLine = 48;

    public static int Of(TaskResult result)
    {
        var size = Fixed + (result.Json?.Length ?? 0) + Of(result.Error) + Of(result.ErrorType) + Of(result.Stack) + Of(result.RequestedBy)
            + (2 * Of(result.Task))
            + (int)AnswerPage.SizeOf(result.Headers) + (int)AnswerPage.SizeOf(result.Arguments);
        foreach (var line in result.Log)
        {
            size += FixedLine + Of(line.Category) + Of(line.Message);
        }

        return size;
    }

    public static int Of(TaskEvent item) =>
        Fixed + (2 * Of(item.Task)) + Of(item.Note) + Of(item.By) + Of(item.Silo) + Of(item.Progress?.Message)
            + (item.Progress?.Json?.Length ?? 0);

    public static int Of(BroadcastMessage message) => Fixed + message.Json.Length + Of(message.Task);

    private static int Of(string? text) => text is null ? 0 : text.Length < 64 ? 3 * text.Length : Encoding.UTF8.GetByteCount(text);
}
