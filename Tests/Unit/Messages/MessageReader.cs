using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansTasks.Tests.Unit.Messages;

/// <summary>
/// Reads the texts that an expression can have: each branch of a condition is a text of its own. Constants are replaced with their values.
/// </summary>
/// <param name="constants">The values of constants, by type and name, and by name for the type's own code.</param>
internal sealed class MessageReader(IReadOnlyDictionary<string, string> constants)
{
    // A message with more conditions than this is a question of its own.
    private const int MostTexts = 64;

    /// <summary>
    /// Returns the texts of an expression that is a message, or several. A parameter for a message is a hole. Other expressions without
    /// literal text have none, as their text is made elsewhere.
    /// </summary>
    public IReadOnlyList<MessageText> Messages(ExpressionSyntax expression) => expression switch
    {
        CollectionExpressionSyntax all => [.. all.Elements.SelectMany(e => e switch
        {
            ExpressionElementSyntax one => Messages(one.Expression),
            SpreadElementSyntax more => Messages(more.Expression),
            _ => [],
        })],
        ConditionalExpressionSyntax either => [.. Messages(either.WhenTrue), .. Messages(either.WhenFalse)],
        SwitchExpressionSyntax cases => [.. cases.Arms.SelectMany(a => Messages(a.Expression))],
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } first => [.. Messages(first.Left), .. Messages(first.Right)],
        ParenthesizedExpressionSyntax inner => Messages(inner.Expression),
        ImplicitArrayCreationExpressionSyntax array => [.. array.Initializer.Expressions.SelectMany(e => Messages(e))],
        InvocationExpressionSyntax call when !IsCreate(call) => [.. OfLambdas(call)],
        IdentifierNameSyntax name when TextParameters.IsMessage(name) => [MessageText.OfHole(name.Identifier.ValueText)],
        _ => IsText(expression) ? [.. Texts(expression).Where(static t => t.IsMessage)] : [],
    };

    /// <summary>Returns the texts that an expression can have. One without literal text is a hole.</summary>
    public IReadOnlyList<MessageText> Texts(ExpressionSyntax expression) => !IsText(expression)
        ? [MessageText.OfHole(expression.ToString())]
        : expression switch
        {
            LiteralExpressionSyntax text => [MessageText.Literal(text.Token.ValueText)],
            InterpolatedStringExpressionSyntax parts =>
                parts.Contents.Select(PartOf).Aggregate((IReadOnlyList<MessageText>)[MessageText.Empty], (all, part) => Product(all, part)),
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => Product(Texts(sum.Left), Texts(sum.Right)),
            BinaryExpressionSyntax first => [.. Texts(first.Left), .. Texts(first.Right)],
            ConditionalExpressionSyntax either => [.. Texts(either.WhenTrue), .. Texts(either.WhenFalse)],
            SwitchExpressionSyntax cases => [.. cases.Arms.SelectMany(a => Texts(a.Expression))],
            ParenthesizedExpressionSyntax inner => Texts(inner.Expression),
            InvocationExpressionSyntax call when IsCreate(call) => Texts(call.ArgumentList.Arguments[^1].Expression),
            InvocationExpressionSyntax call => [MessageText.Literal(NameIn(call))],
            _ => [MessageText.Literal(constants[KeyOf(expression)])],
        };

    private IReadOnlyList<MessageText> PartOf(InterpolatedStringContentSyntax part) => part switch
    {
        InterpolatedStringTextSyntax text => [MessageText.Literal(text.TextToken.ValueText)],
        InterpolationSyntax hole => Texts(hole.Expression),
        _ => [],
    };

    private static IReadOnlyList<MessageText> Product(IReadOnlyList<MessageText> left, IReadOnlyList<MessageText> right) =>
        [.. left.SelectMany(l => right.Select(r => l.With(r))).Take(MostTexts)];

    private bool IsText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax text => text.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.CoalesceExpression } sum =>
            IsText(sum.Left) || IsText(sum.Right),
        ConditionalExpressionSyntax either => IsText(either.WhenTrue) || IsText(either.WhenFalse),
        SwitchExpressionSyntax cases => cases.Arms.Any(a => IsText(a.Expression)),
        ParenthesizedExpressionSyntax inner => IsText(inner.Expression),
        InvocationExpressionSyntax call => IsCreate(call) || call.Expression is IdentifierNameSyntax { Identifier.ValueText: "nameof" },
        _ => constants.ContainsKey(KeyOf(expression)),
    };

    /// <summary>Returns the texts that lambdas in a call return, such as in <c>names.Select(n => $"…")</c>.</summary>
    private IEnumerable<MessageText> OfLambdas(InvocationExpressionSyntax call)
    {
        var inner = call.Expression is MemberAccessExpressionSyntax { Expression: var on } ? Messages(on) : [];
        return call.ArgumentList.Arguments.Select(static a => a.Expression).OfType<LambdaExpressionSyntax>()
            .Select(static l => l.ExpressionBody).OfType<ExpressionSyntax>().SelectMany(e => Messages(e)).Concat(inner);
    }

    private static bool IsCreate(InvocationExpressionSyntax call) =>
        call.Expression.ToString() is "string.Create" or "FormattableString.Invariant" && call.ArgumentList.Arguments.Count > 0;

    private static string NameIn(InvocationExpressionSyntax call) => call.ArgumentList.Arguments[0].Expression.ToString().Split('.')[^1];

    // A name alone is a constant of the same type.
    private static string KeyOf(ExpressionSyntax expression)
    {
        if (expression is not (IdentifierNameSyntax or MemberAccessExpressionSyntax))
        {
            return "";
        }

        var text = expression.ToString();
        var owner = expression.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.ValueText;
        return text.Contains('.', StringComparison.Ordinal) ? text : $"{owner}.{text}";
    }
}
